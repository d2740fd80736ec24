# What the R package `ucdp.api` does with UCDP's API, told again: look whether the address answers, take the first page,
# follow NextPageUrl until it is an empty text, make one table of all rows, and turn into numbers what is all numbers.
#
# Rscript ucdp_api.R BASE VERSION PAGESIZE OUT.csv; BASE stands for https://ucdpapi.pcr.uu.se/api
library(httr2)

given <- commandArgs(trailingOnly = TRUE)
base <- given[1]

ask <- function(address) {
  asked <- req_headers(request(address), `x-ucdp-access-token` = "any")
  req_perform(req_error(asked, is_error = function(answer) FALSE))
}

is_available <- function(dataset, version) {
  !(resp_status(ask(sprintf("%s/%s/%s?pagesize=100", base, dataset, version))) %in% 400:504)
}

address <- sprintf("%s/gedevents/%s?pagesize=%s", base, given[2], given[3])
stopifnot(is_available("gedevents", given[2]), !is_available("gedevents", "11.1"))

page <- resp_body_json(ask(address))
rows <- page$Result
pages <- 1
while (page$NextPageUrl != "") {
  page <- resp_body_json(ask(page$NextPageUrl))
  rows <- c(rows, page$Result)
  pages <- pages + 1
}
stopifnot(pages == page$TotalPages)

# A row without its unknown cells; the table has NA there.
rows <- lapply(rows, unlist)
columns <- unique(unlist(lapply(rows, names)))
table <- as.data.frame(setNames(lapply(columns, function(column) {
  vapply(rows, function(row) unname(row[column]), character(1))
}), columns), check.names = FALSE)
is_number <- function(column) all(suppressWarnings(!is.na(as.numeric(na.omit(column)))))
table[] <- lapply(table, function(column) if (is_number(column)) as.numeric(column) else column)

write.csv(table, given[4], row.names = FALSE, na = "", fileEncoding = "UTF-8")
cat(sprintf("%d rows, %d pages, deaths from %s to %s\n", nrow(table), pages, sum(table$low), sum(table$high)))
