"""Official papers as files: pages, PDF and XLSX of the values in `analysis/papers`."""
