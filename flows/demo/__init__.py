"""The demo: a population that does not exist, for the registries of the sample catalogue; knows no procedure."""
