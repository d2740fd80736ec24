"""/mcp: the API as tools of the Model Context Protocol. Each tool asks the API's own routes and nothing else."""
