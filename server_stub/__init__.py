"""The central API. The name is the project's; the thing is a real server."""
