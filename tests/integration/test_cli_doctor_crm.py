"""``doctor`` names the CRMs' doors that are shut, and those that open onto nothing."""

from __future__ import annotations

from alpha_swarm.cli.checks.crm_doors import check_crm_doors
from alpha_swarm.config import load_settings
from alpha_swarm.domain.states import Target

BASE = {"BASE_URL": "https://leads.example"}
GHL = {"SYNC_TARGETS": "ghl", "GHL_API_KEY": "k", "GHL_LOCATION_ID": "l"}


def found(**environ: str) -> dict[str, tuple[str, str]]:
    """System → result and remedy."""
    checks = check_crm_doors(load_settings(environ, dotenv=None))
    return {check.detail.partition(" ")[0]: (check.result, check.remedy) for check in checks}


def test_without_an_address_of_our_own_there_is_nothing_to_say() -> None:
    assert found() == {}


def test_each_shut_door_is_named_with_the_variable_that_opens_it() -> None:
    """None of them is of a CRM that we write to, so none is a trouble."""
    variables = {
        "hubspot": "CRM_WEBHOOK_SECRET_HUBSPOT",
        "ghl": "GHL_LOCATION_ID",
        "salesforce": "CRM_WEBHOOK_SECRET_SALESFORCE",
        "generic": "CRM_WEBHOOK_SECRET_GENERIC",
    }
    assert found(**BASE) == {
        system: ("ok", f"set {variable} to let leads in from there") for system, variable in variables.items()
    }


def test_a_shut_door_of_a_crm_that_we_write_to_is_a_warning() -> None:
    """Whoever is written to should be heard."""
    settings = load_settings(BASE, dotenv=None).model_copy(update={"sync_targets": (Target.HUBSPOT,)})
    results = {check.detail.partition(" ")[0]: check.result for check in check_crm_doors(settings)}
    assert results == {"hubspot": "warning", "ghl": "ok", "salesforce": "ok", "generic": "ok"}


def test_an_open_door_is_well() -> None:
    checks = found(**BASE, **GHL, CRM_WEBHOOK_SECRET_GENERIC="whsec_AAAA")
    assert (checks["ghl"], checks["generic"]) == (("ok", ""), ("ok", ""))


def test_a_door_whose_records_nobody_can_be_asked_for_is_a_warning() -> None:
    """Everything that comes through it is put aside."""
    checks = found(**BASE, CRM_WEBHOOK_SECRET_SALESFORCE="s")
    assert checks["salesforce"] == ("warning", "add salesforce to SYNC_TARGETS")
