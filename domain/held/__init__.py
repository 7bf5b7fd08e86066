"""Commands of others that the server keeps without effect until somebody decides."""
