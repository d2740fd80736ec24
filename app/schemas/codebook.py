"""The codebook as it is served: what every field, value, parameter and dataset's column means."""

from pydantic import Field

from app.schemas.base import Document


class FieldMeaning(Document):
    """One member of one resource's documents."""

    resource: str = Field(description="the resource's path without its slash, or what stands around it in an answer")
    path: str = Field(description="members from the document down, joined by dots; `[]` stands for each of a list")
    meaning: str = Field(description="what it says")
    type: str = Field(description="JSON's type, with `of` for lists, or `date` and `date-time` for texts of that form")
    unit: str | None = Field(description="what a number counts or measures; null for what is no number")
    nullable: bool = Field(description="whether it may be null, which is unknown or not there")
    code_list: str | None = Field(description="name of the list that its values are of")
    since: str = Field(description="version of the API that had it first")


class Code(Document):
    """A value of a closed list."""

    code: str = Field(description="the value, as it stands in answers and parameters")
    meaning: str = Field(description="what it means")


class CodeList(Document):
    """A closed list of values."""

    name: str = Field(description="name of the list")
    meaning: str = Field(description="what it is about")
    codes: list[Code] = Field(description="its values, in their order")


class ParameterMeaning(Document):
    """A parameter of a route."""

    route: str = Field(description="the route that takes it")
    name: str = Field(description="name in the query string")
    meaning: str = Field(description="what it asks for")
    type: str = Field(description="JSON's type of one value, as the API's description has it")
    repeatable: bool = Field(description="whether it may be given several times, for OR")
    default: str | None = Field(description="what holds where it is not given; null where that is nothing")
    values: list[str] = Field(description="the values that it takes; empty where the list is open")


class ColumnMeaning(Document):
    """Where a column of a dataset goes."""

    dataset: str = Field(description="family of the dataset's sources")
    column: str = Field(description="name of the column in the dataset's files")
    meaning: str = Field(description="what the dataset means by it")
    becomes: list[str] = Field(
        description="paths in an event's document that it is read into; empty: it is kept in the original record alone"
    )
    how: str = Field(description="how it is read")


class FlatColumn(Document):
    """A column of the flat formats."""

    resource: str = Field(description="the resource whose rows have it")
    name: str = Field(description="its header in CSV, Parquet and xlsx")
    type: str = Field(description="type of its values")
    unit: str | None = Field(description="what a number counts or measures; null for what is no number")
    meaning: str = Field(description="what it says")


class CodebookDocument(Document):
    """Everything that has a name in this API, with its meaning."""

    version: str = Field(description="version of the API that the codebook is of")
    fields: list[FieldMeaning] = Field(description="every member of every document")
    code_lists: list[CodeList] = Field(description="every closed list of values")
    parameters: list[ParameterMeaning] = Field(description="every parameter of every route")
    columns: list[FlatColumn] = Field(description="every column of the flat formats, in their order")
    mappings: list[ColumnMeaning] = Field(description="every column of UCDP GED and of ACLED's exports")
