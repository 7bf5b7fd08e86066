"""Files that hang on documents: a photographed delivery note, a damaged box. Content is named by its SHA-256."""
