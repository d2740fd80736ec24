"""/docs in a browser: its strict policy lets it list every route and ask one, and nothing is complained of."""

from playwright.sync_api import Browser


def test_docs_when_opened_then_every_route_is_there_and_one_can_be_tried(browser: Browser, facts_server: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(f"{facts_server}docs")
        page.wait_for_selector(".opblock")
        described = page.request.get(f"{facts_server}openapi.json").json()["paths"]
        assert page.locator(".opblock").count() == sum(len(operations) for operations in described.values())
        block = page.locator("#operations-service-get_health")
        block.locator(".opblock-summary").click()
        block.get_by_role("button", name="Execute").click()
        block.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
        assert said == []
        assert [url for url in asked if not url.startswith((facts_server, "data:"))] == []
    finally:
        page.close()
