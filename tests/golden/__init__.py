"""Published cases and cases solved by hand."""
