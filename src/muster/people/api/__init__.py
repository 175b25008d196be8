from muster.people.api import audits, drafts, files, private, records

RESOURCES = [*records.RESOURCES, *drafts.RESOURCES, *files.RESOURCES]
ROUTES = (audits.add_results, files.add_files, private.add_private)
