"""Contents of attachments: taken in piece by piece, given out to whoever may see a record of them."""
