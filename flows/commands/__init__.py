"""Arguments -> one call -> text and exit code; one module a command, each loaded only when it is called."""
