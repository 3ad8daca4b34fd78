"""The Monday test: from a business team's spreadsheet to a training, counted against doing it with other tools."""
