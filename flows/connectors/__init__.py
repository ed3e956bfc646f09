"""Connectors: how registries are asked, one module a kind; `registries` is all of them at once."""
