"""How Salesforce heads its exports."""

from muster.integrations.importing.systems import working
from muster.integrations.importing.systems.shape import Layout, System

SF = {"external_id": ("Id",), "owner": ("OwnerId",), "created_at": ("CreatedDate",), "created_by": ("CreatedById",)}
SF_NAME = ("Name", "FirstName+MiddleName+LastName", "FirstName+LastName")
SALESFORCE = System(
    "salesforce",
    "Salesforce",
    (
        *working.SALESFORCE,
        Layout(
            "accounts",
            ("Id", "Name", "BillingStreet"),
            {
                **SF,
                "name": ("Name",),
                "industry": ("Industry",),
                "phone": ("Phone",),
                "website": ("Website",),
                "country": ("BillingCountry", "ShippingCountry"),
                "province": ("BillingState", "ShippingState"),
                "city": ("BillingCity", "ShippingCity"),
                "postcode": ("BillingPostalCode", "ShippingPostalCode"),
                "address": ("BillingStreet", "ShippingStreet"),
                "employees": ("NumberOfEmployees",),
                "annual_revenue": ("AnnualRevenue",),
                "currency": ("CurrencyIsoCode",),
                "parent": ("ParentId",),
                "notes": ("Description",),
            },
        ),
        Layout(
            "contacts",
            ("Id", "AccountId", "LastName", "MailingStreet"),
            {
                **SF,
                "name": SF_NAME,
                "account": ("AccountId",),
                "title": ("Title",),
                "phone": ("MobilePhone", "Phone", "HomePhone", "OtherPhone"),
                "email": ("Email",),
                "no_mail": ("HasOptedOutOfEmail",),
                "no_calls": ("DoNotCall",),
                "notes": ("Description",),
            },
        ),
        Layout(
            "leads",
            ("Id", "LastName", "Company", "IsConverted"),
            {
                **SF,
                "name": SF_NAME,
                "company": ("Company",),
                "title": ("Title",),
                "phone": ("MobilePhone", "Phone"),
                "email": ("Email",),
                "industry": ("Industry",),
                "city": ("City",),
                "notes": ("Description",),
                "converted": ("IsConverted",),
                "came_on": ("CreatedDate",),
            },
        ),
        Layout(
            "deals",
            ("Id", "StageName", "CloseDate"),
            {
                **SF,
                "name": ("Name",),
                "account": ("AccountId",),
                "amount": ("Amount",),
                "currency": ("CurrencyIsoCode",),
                "stage": ("StageName",),
                "closes": ("CloseDate",),
                "next_step": ("NextStep",),
                "notes": ("Description",),
                "opened_on": ("CreatedDate",),
            },
        ),
        Layout(
            "users",
            ("Id", "Username", "Email"),
            {
                "external_id": ("Id",),
                "email": ("Email",),
                "phone": ("MobilePhone", "Phone"),
                "name": ("Name", "FirstName+LastName"),
                "employee_no": ("EmployeeNumber",),
            },
        ),
    ),
    ids=frozenset({"external_id", "owner", "account", "parent", "created_by", "who", "what"}),
)
