"""Parts of pages that every page uses."""

import pytest
from django.template import Context, Template

from cairn.web.learner.forms import CodeForm

SUMMARY = Template("{% load cairn %}{% error_summary form %}")


@pytest.mark.parametrize("values", [{}, {"form": None}, {"form": ""}], ids=["no", "None", "empty"])
def test_a_summary_of_no_form_is_nothing(values):
    assert SUMMARY.render(Context(values)).strip() == ""


def test_a_summary_names_what_is_wrong_and_leads_there():
    shown = SUMMARY.render(Context({"form": CodeForm({"code": ""})}))
    assert shown.count('<a href="#id_code">') == 1
