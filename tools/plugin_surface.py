"""What plugins may import: the names that tools/make_hook_docs.py writes into docs/plugin-api.md."""

# What plugins may import: module -> names. A name whose value carries no docstring has its
# sentence here. Whatever is not listed may change without notice.
PUBLIC: dict[str, dict[str, str]] = {
    "core.version": {"API_VERSION": "The version of this surface; `api` in plugin.toml is held against it."},
    "core.hookspecs": dict.fromkeys(
        (
            *("hookimpl", "MenuItem", "Card", "Panel", "Finding", "Event", "Job", "SeedWorld", "FACES"),
            *("CaseKind", "NoticeKind", "Channel", "Message"),
            *("DayItem", "LATE", "TODAY", "SOON", "SOME_DAY"),
        ),
        "",
    )
    | {
        "hookimpl": "Marks a function of plugin.py as the implementation of a hook.",
        "FACES": "phone, office",
        "LATE": "How urgent an item of a day is: overdue.",
        "TODAY": "Due today.",
        "SOON": "Due within days.",
        "SOME_DAY": "Without a day.",
    },
    "core.burdens": dict.fromkeys(
        (
            "demand_ground",
            "ground_of",
        ),
        "",
    ),
    "core.day": dict.fromkeys(("day_items",), ""),
    "core.sheets": dict.fromkeys(
        (
            "Column",
            "Mistakes",
            "Outcome",
            "SheetEmpty",
            "SheetRefused",
            "Table",
            "Upload",
            "blank_workbook",
            "csv_bytes",
            "drop_upload",
            "keep_upload",
            "kept_upload",
            "marked_file",
            "parse_date",
            "reading",
            "xlsx_bytes",
        ),
        "",
    )
    | {
        "CSV_TYPE": "The media type of a CSV file.",
        "XLSX_TYPE": "The media type of a workbook.",
        "UNREADABLE": "Stands for a cell that was marked already.",
    },
    "core.text": {"N_": ""},
    "core.errors": dict.fromkeys(
        ("DomainError", "Unauthenticated", "Forbidden", "NotFound", "Invalid", "TooManyTries", "Busy"), ""
    ),
    "core.security": dict.fromkeys(("Actor", "Role", "Post", "current_actor"), ""),
    "core.scope": {"AreaScope": "", "AFTER_DIGITS": "The sign behind all digits: the end of a prefix range."},
    "core.access": dict.fromkeys(("demands", "signed_in", "public"), ""),
    "core.db": dict.fromkeys(
        (
            "BaseModel",
            "AreaModel",
            "MomentField",
            "unit_of_work",
            "hold",
            "joined_unit",
            "one_view",
            "Statement",
            "rows",
            "raw_rows",
            "milliseconds",
            "trigger_names",
            "advance_ids",
            "begins",
            "contains",
            "ScopeMissing",
        ),
        "",
    )
    | {"from_milliseconds": ""}
    | {"database": "The handle on the open database, for statements that no model builds."},
    "core.audit": dict.fromkeys(("record", "details"), ""),
    "core.events": dict.fromkeys(("announce", "handled_once", "AlreadyHandled", "TooManyEvents"), ""),
    "core.clock": {
        "now": "",
        "today": "",
        "CHINA": "China's time, a fixed offset of eight hours.",
        "WorkCalendar": "",
        "CalendarMissing": "",
    },
    "core.county": dict.fromkeys(("county", "plugin_settings"), ""),
    "core.fields": dict.fromkeys(
        ("Strict", "PageQuery", "Text", "Id", "Points", "FormPoints", "AreaCode", "Moment", "cleaned"), ""
    ),
    "core.api": dict.fromkeys(("Blueprint", "Page"), ""),
    "core.migrations": dict.fromkeys(("refuse_changes", "accept_changes"), ""),
    "core.problems": dict.fromkeys(("show", "translated"), ""),
    "core.web": dict.fromkeys(
        ("may_ask_where", "read_form", "once_per_form", "page_number", "say", "parts"), ""
    )
    | {"translated": ""},
    "core.idempotency": {"once": ""},
    "core.signatures": dict.fromkeys(("Signer", "is_signed", "is_public_key"), "")
    | {"SIGNATURE_BYTES": "How long a signature is: 64 bytes."},
    "core.qr": dict.fromkeys(
        (
            "sign",
            "read",
            "draw_svg",
            "modules",
            "new_subject",
            "normalize",
            "SignedCode",
            "BadCode",
            "ExpiredCode",
        ),
        "",
    ),
    "core.plugin_manager": {"SYSTEM": "The actor of what no person does: nightly work, seeds, notes."},
    "core.areas.api": dict.fromkeys(
        ("get_area", "list_areas", "area_names", "path_name", "path_names", "is_current", "current_code"), ""
    )
    | dict.fromkeys(
        ("area", "children", "close_area", "open_area", "parent_code", "rename_area", "roots"), ""
    )
    | {"LEVEL_DIGITS": "Level -> how many digits its codes have."},
    "core.people.api": dict.fromkeys(
        (
            "HouseholdBrief",
            "PersonBrief",
            "find_households",
            "household_area",
            "household_brief",
            "household_head_name",
            "household_of_person",
            *("mask_name", "members_of", "person_brief", "persons_of"),
        ),
        "",
    )
    | dict.fromkeys(
        (
            "Headcount",
            "are_kin",
            "area_of_person",
            "check_citizen_id",
            "check_phone",
            "find_persons",
            "headcounts",
            "household_counts",
            "household_numbers",
            "kin_households",
            "kin_of",
            "list_households",
            "mask_name",
            "move_households",
            "person_names",
            "persons_by_citizen_id",
            "roll",
            "special_persons",
        ),
        "",
    )
    | {
        "PURPOSES": "What a sensitive field is shown for.",
        "RISK_LEVELS": "Code -> Chinese word, low to high.",
        "TAGS": "Special groups: code -> Chinese word.",
    },
    "core.accounts.api": dict.fromkeys(
        (
            "account_names",
            "accounts_of_person",
            "actor_for",
            "AccountView",
            "list_accounts",
            "scoped_account",
        ),
        "",
    )
    | dict.fromkeys(
        (
            "account_persons",
            "operator",
            "accounts_of_persons",
            "end_duties_at",
            "end_duty",
            "grant_duty",
            "posts_of_accounts",
        ),
        "",
    ),
    "core.files.api": dict.fromkeys(
        (
            "FileBrief",
            "FileRefused",
            "Prepared",
            "attach_files",
            "file_response",
            "files_of",
            "files_of_many",
            "keep_prepared",
            "prepare",
            "prepared_photos",
            "remove_file",
            "remove_files_of",
            "served_file_of",
            "store_document",
            "store_file",
            "store_photo",
        ),
        "",
    ),
    "core.notices.api": dict.fromkeys(
        ("Accounts", "Group", "Holders", "Telling", "Undelivered", "notify", "notify_many"), ""
    ),
    "core.cases.api": dict.fromkeys(
        (
            "CaseView",
            "Figures",
            "Helper",
            "NewCase",
            "Sentence",
            "StepView",
            "Suggestion",
            "accept_case",
            "board",
            "cancel_case",
            "case",
            "case_holder",
            "close_case",
            "comment_case",
            "create_case",
            "desk",
            "dispatch_case",
            "escalate_case",
            "figures",
            "figures_by_area",
            "hand_over_cases",
            "list_cases",
            "list_public_cases",
            "merge_case",
            "move_cases",
            "open_cases_at",
            "pause_case",
            "public_case",
            "rate_case",
            "reopen_case",
            "resolve_case",
            "resume_case",
            "return_case",
            "start_case",
            "suggest_duplicates",
            "timeline",
            "transfer_case",
            "urge_case",
            "why_here",
        ),
        "",
    )
    | {
        "STATES": "State -> title.",
        "OPEN": "The states in which somebody still has to do something.",
    }
    | dict.fromkeys(("open_case_counts", "worked_case_count"), ""),
    "core.testing": {
        "county": "",
        "county_plugins": "",
        "county_sections": "",
        "build_app": "",
        "app": "",
        "client": "",
        "account": "",
        "actor": "",
        "as_role": "",
        "api_as": "",
        "frozen_clock": "",
        "outbox": "",
        "closed_outside_world": "",
        "JsonClient": "",
        "MONDAY_MORNING": "Where `frozen_clock` stands: 2 March 2026, 9:00.",
        "COUNTY_CODE": "The test county.",
        "TOWN": "One of its towns.",
        "VILLAGE": "A village of TOWN.",
        "SISTER_VILLAGE": "Another village of TOWN.",
        "GRID": "A grid of VILLAGE.",
        "OTHER_TOWN": "The other town.",
        "FAR_VILLAGE": "A village of OTHER_TOWN.",
    },
    "core.testing_database": {"new_database": "", "postgresql": ""},
    "core.testing_neighbours": {"failing_neighbour": "", "hanging_neighbour": ""},
    "core.testing_people": {"people": ""},
    "core.testing_plugins": {"plugin_folder": ""},
}
