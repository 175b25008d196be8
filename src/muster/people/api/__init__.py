from muster.people.api import drafts, files, private, records

RESOURCES = [*records.RESOURCES, *drafts.RESOURCES, *files.RESOURCES]
ROUTES = (files.add_files, private.add_private)
