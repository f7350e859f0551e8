"""Reports that are sent as files, drawn by ReportLab."""
