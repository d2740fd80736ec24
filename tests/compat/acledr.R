# What the R package `acledR` asks of ACLED's API and how it reads the answer, told again: the addresses are put together
# as it does, with `:OR:` between all countries, BETWEEN two days, inter_num, and limit=0 for all rows at once.
#
# Rscript acledr.R BASE OLD_BASE OUT_JSON.csv OUT_CSV.csv COUNTRY...; BASE stands for https://acleddata.com/api,
# OLD_BASE for https://api.acleddata.com, which takes keys and gives CSV
library(httr2)

given <- commandArgs(trailingOnly = TRUE)
countries <- given[-(1:4)]
days <- "&event_date=2023-12-01|2024-02-15&event_date_where=BETWEEN"
spaced <- function(texts) gsub("\\s{1}", "%20", texts)
types <- spaced(toupper(c("Battles", "Explosions/Remote violence")))

ask <- function(address) req_perform(req_auth_bearer_token(request(address), "any"))

# With a token, in JSON.
address <- paste0(
  given[1], "/acled/read?_format=json",
  "&country=", paste(spaced(countries), collapse = ":OR:"),
  days, "&timestamp_where=%3E%3D&timestamp=2023-11-16",
  "&event_type=", paste(types, collapse = ":OR:"),
  "&inter_num=0", "&limit=0"
)
answer <- ask(address)
stopifnot(resp_status(answer) == 200)
rows <- resp_body_json(answer, simplifyVector = TRUE)$data
write.csv(rows, given[3], row.names = FALSE, na = "", fileEncoding = "UTF-8")

# With a key, in CSV.
address <- paste0(
  given[2], "/acled/read.csv?", "&email=any@example.org", "&key=any",
  "&country=", paste(spaced(countries), collapse = ":OR:country="), "&country_where=%3D",
  days, "&timestamp_where=%3E%3D&timestamp=",
  "&event_type=", paste(types, collapse = ":OR:event_type="),
  "&inter_num=1", "&limit=0"
)
table <- read.csv(text = resp_body_string(ask(address)), encoding = "UTF-8", colClasses = "character")
write.csv(table, given[4], row.names = FALSE, na = "", fileEncoding = "UTF-8")
cat(nrow(rows), nrow(table), sum(as.numeric(rows$fatalities)), "\n")
