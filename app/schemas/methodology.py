"""The methodology as it is served."""

from pydantic import Field

from app.schemas.base import Document


class MethodTable(Document):
    """A table of a section."""

    columns: list[str] = Field(description="its head")
    rows: list[list[str]] = Field(description="its cells, in Markdown")


class MethodSection(Document):
    """A section of the methodology."""

    id: str = Field(description="name of the section in links: its title in lower case, with dashes")
    title: str = Field(description="heading of the section")
    part_of: str | None = Field(description="id of the section that it is a part of")
    markdown: str = Field(description="its text, without its parts")
    tables: list[MethodTable] = Field(description="the tables of the text once more, as rows")


class RuleVersion(Document):
    """A rule by which figures are derived."""

    name: str = Field(description="name of the rule, as figures name it in `rule`")
    version: int = Field(description="version of the rule; the same claims give the same figure under it")
    section: str = Field(description="id of the section that tells it")


class MappingSummary(Document):
    """How much of a dataset's record is read, and how much is kept in the original record alone."""

    dataset: str = Field(description="family of the dataset's sources")
    columns: int = Field(description="columns of today's files")
    read: list[str] = Field(description="columns that documents are read from")
    kept: list[str] = Field(description="columns that are kept in the original record alone")


class MethodologyDocument(Document):
    """What is recorded, what is left out, how claims become figures, and what no figure says."""

    title: str = Field(description="what this is")
    version: str = Field(description="version of the API that it is of")
    summary: str = Field(description="what it says, in a sentence")
    sections: list[MethodSection] = Field(description="its sections, in their order")
    rules: list[RuleVersion] = Field(description="the rules, with their versions")
    mappings: list[MappingSummary] = Field(description="what is read of each dataset; `/codebook` says into what")
