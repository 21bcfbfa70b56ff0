"""Word lists for invented people and firms; domains end in `.example`, phone numbers have exchange 555."""

from __future__ import annotations

NAMES: tuple[tuple[str, str], ...] = (
    ("Mara", "Ellingsen"), ("Tobias", "Quent"), ("Ilse", "Vanhoorne"), ("Dario", "Colombaro"),
    ("Odile", "Marchand"), ("Renée", "Dubosc"), ("Jörg", "Weißmüller"), ("Søren", "Kjærgaard"),
    ("Ángela", "Piñero"), ("Łucja", "Wrześniak"), ("Çağla", "Özgür"), ("Bożena", "Ślusarz"),
    ("Ottó", "Füredi"), ("Žofie", "Hřebíčková"), ("Ñandú", "Ybarra"), ("Олена", "Савчин"),
    ("Мирон", "Гаврилець"), ("Ελπίδα", "Ραφτάκη"), ("Σταύρος", "Μελάς"), ("晓晴", "郑"), ("伟明", "罗"),
    ("美咲", "高瀬"), ("健太", "森下"), ("지은", "한"), ("नेहा", "राठी"), ("ليلى", "حداد"),
    ("Priya", "Venkataraman"), ("Kofi", "Asamani"), ("Thandi", "Mokwena"), ("Nguyen", "Bao Tran"),
    ("Sinéad", "O'Hanrahan"), ("Jean-Luc", "d'Argenson"), ("Mary Ann", "St. Clair"),
    ("Hale", "Winterbourne"), ("Grady", "Pellham"), ("Cleo", "Astrand"), ("Wendell", "Oakes"),
    ("Inés", "Larraín"), ("Matteo", "Brusadin"), ("Yuki", "Onodera"),
)  # fmt: skip
COMPANY_HEADS = (
    "Bright", "Copper", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper",
    "Kestrel", "Lumen", "Maple", "North", "Orchard", "Pioneer", "Quartz", "River", "Summit",
    "Timber", "Umber", "Vector", "Willow", "Yonder", "Zephyr",
)  # fmt: skip
COMPANY_TAILS = (
    "base", "bridge", "cloud", "craft", "desk", "field", "flow", "forge", "grid", "lane", "lark",
    "loop", "mill", "path", "point", "scale", "signal", "stack", "stone", "works",
)  # fmt: skip
COMPANY_FORMS = (
    "Inc", "Inc.", "GmbH", "S.A.", "Ltd", "LLC", "AG", "B.V.", "Oy", "株式会社", "",
)  # fmt: skip
TITLES = (
    "Chief Revenue Officer", "CEO", "CRO", "Chief Executive Officer", "VP of Sales",
    "VP of Revenue Operations", "Vice President, Marketing", "Director of Sales Operations",
    "Director of Growth", "Head of RevOps", "Head of Demand", "Senior Account Executive",
    "Senior Manager, Enablement", "Sales Development Representative", "Account Executive",
    "Marketing Analyst", "Customer Success Manager", "RevOps Analyst", "Founder", "Product Manager",
)  # fmt: skip
INDUSTRIES = (
    "SaaS", "SaaS", "SaaS", "Technology", "Technology", "Software", "Software", "B2B", "Healthcare",
    "Manufacturing", "Financial Services", "Retail", "Education", "Logistics",
)  # fmt: skip
REVENUES = (
    "$1M-$10M", "$10M-$50M", "$50M-$100M", "$100M-$500M", "$500M-$1B", "$1B+",
)  # fmt: skip
LOCATIONS = (
    "San Francisco, CA", "Austin, TX", "New York, NY", "Boston, MA", "London, UK", "Berlin, DE",
    "Paris, FR", "Oslo, NO", "Toronto, ON", "Sydney, AU", "Tokyo, JP", "São Paulo, BR",
)  # fmt: skip
FUNDING_STAGES = (
    "Seed", "Series A", "Series A", "Series B", "Series B", "Series C", "Series D", "Bootstrapped",
    "IPO",
)  # fmt: skip
TECHNOLOGIES = (
    "Salesforce", "HubSpot", "Outreach", "Gong", "Clari", "Salesloft", "Marketo", "Zendesk",
    "Intercom", "Segment", "Snowflake", "Looker", "Tableau", "Slack", "Zoom", "Notion", "Asana",
    "Jira", "AWS", "Google Cloud", "Azure", "Stripe", "Shopify", "WordPress", "React", "Cloudflare",
    "Datadog", "Okta", "Workday", "NetSuite", "Drift", "Pardot", "Amplitude", "Mixpanel",
)  # fmt: skip
POSTS = (
    "Hiring two account executives this quarter", "What we learned from a year of outbound",
    "Our pipeline review in five questions", "Why forecast calls should be short",
    "Back from the revenue summit",
)  # fmt: skip
AREA_CODES = (
    "201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213", "214", "215",
    "216", "217", "218", "219", "220", "223", "224", "225", "227", "228", "229", "231", "234",
    "235", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262", "267", "269",
    "270", "272", "274", "276", "279", "281", "283", "301", "302", "303", "304", "305", "307",
    "308", "309", "310", "312", "313", "314", "315", "316", "317", "318", "319", "320", "321",
    "323", "324", "325", "326", "327", "329", "330", "331", "332", "334", "336", "337", "339",
    "341", "346", "347", "350", "351", "352", "353", "360", "361", "363", "364", "369", "380",
    "385", "386", "401", "402", "404", "405", "406", "407", "408", "409", "410", "412", "413",
    "414", "415", "417", "419", "423", "424", "425", "430", "432", "434", "435", "440", "442",
    "443", "445", "447", "448", "458", "463", "464", "469", "470", "472", "475", "478", "479",
    "480", "484", "500", "501", "502", "503", "504", "505", "507", "508", "509", "510", "512",
    "513", "515", "516", "517", "518", "520", "521", "522", "525", "526", "527", "528", "529",
    "530", "531", "532", "533", "534", "539", "540", "541", "544", "551", "557", "559", "561",
    "562", "563", "564", "566", "567", "570", "571", "572", "573", "574", "575", "577", "580",
    "582", "585", "586", "588", "601", "602", "603", "605", "606", "607", "608", "609", "610",
    "612", "614", "615", "616", "617", "618", "619", "620", "623", "626", "628", "629", "630",
    "631", "636", "640", "641", "645", "646", "650", "651", "656", "657", "659", "660", "661",
    "662", "667", "669", "678", "680", "681", "682", "686", "689", "701", "702", "703", "704",
    "706", "707", "708", "712", "713", "714", "715", "716", "717", "718", "719", "720", "724",
    "725", "726", "727", "728", "730", "731", "732", "734", "737", "738", "740", "743", "747",
    "748", "754", "757", "760", "762", "763", "765", "769", "770", "771", "772", "773", "774",
    "775", "779", "781", "785", "786",
)  # fmt: skip
SOURCES = (
    "Gong.io", "Clari", "RevOps Co-op", "SaaStr Annual", "Pipeline Weekly", "Sales Ops Guild",
)  # fmt: skip
ENGAGEMENTS = (
    "follows", "liked", "commented", "attended", "",
)  # fmt: skip
CONTENTS = (
    "", "", "Great post! 🚀", "Could not agree more, thanks for sharing.",
    'We call it "the leaky bucket", too', "first line\nsecond line", "=SUM(A1:A9)",
    "Très juste — à relire", "commas, commas, everywhere",
)  # fmt: skip
