"""The arithmetic of campaigns: plain functions of plain numbers, which ask no database and draw nothing."""
