"""What people do in running cases: a worklist by role, as text, as a page and as an API."""
