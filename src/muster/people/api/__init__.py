from muster.people.api import approvals, audits, calendar, drafts, files, photos, private, records

RESOURCES = [*records.RESOURCES, *approvals.RESOURCES, *calendar.RESOURCES, *drafts.RESOURCES, *files.RESOURCES]
ROUTES = (audits.add_results, files.add_files, photos.add_photos, private.add_private)
