"""The forms of the studio: nothing is required, because a draft may have gaps."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.web.forms import Form

Path = tuple[str, ...]
_LANGUAGES: Final = (
    ("", _("Not said")),
    ("en", _("English")),
    ("en-AU", _("English (Australia)")),
    ("en-IE", _("English (Ireland)")),
    ("en-GB", _("English (United Kingdom)")),
    ("en-US", _("English (United States)")),
    ("de", _("German")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("zh", _("Chinese")),
)


class Line(forms.CharField):
    """One line of text. A pasted line end becomes a space."""

    def __init__(self, label: Any, help_text: Any = "", *, rows: int = 0, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
        super().__init__(label=label, help_text=help_text, required=False, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        return " ".join(said.split()) if isinstance(said, str) and len(said) < 20_000 else said


class Prose(forms.CharField):
    """Text that may run over several lines."""

    def __init__(self, label: Any, help_text: Any = "", *, rows: int = 4) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )

    def clean(self, value: Any) -> Any:
        said = super().clean(value)
        return said.replace("\r\n", "\n").replace("\r", "\n") if isinstance(said, str) else said


class Number(forms.DecimalField):
    """A number with at most two places."""

    def __init__(self, label: Any, help_text: Any = "", *, most: int = 100_000) -> None:
        # A plain text field: a wheel of the mouse changes nothing by accident.
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            min_value=0,
            max_value=most,
            decimal_places=2,
            widget=widget,
        )
        self.error_messages["invalid"] = _("Write a number, such as 40 or 2.5.")

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value)[:40].replace(",", ".") if value else value)


class PartForm(Form):
    """A form for a part of the text. ``paths`` say where in it a field stands."""

    paths: ClassVar[dict[str, Path]] = {}

    @classmethod
    def path(cls, name: str) -> Path:
        return cls.paths.get(name, (name,))

    @classmethod
    def read(cls, data: dict[str, Any]) -> dict[str, Any]:
        """The values of the fields in a text."""
        found = {}
        for name in cls.base_fields:
            value: Any = data
            for step in cls.path(name):
                value = value.get(step) if isinstance(value, dict) else None
            found[name] = cls.shown(name, value)
        return found

    @classmethod
    def shown(cls, name: str, value: Any) -> Any:
        """A value as its field shows it."""
        return None if value == [] and name else value

    def kept(self, name: str, value: Any) -> Any:
        return None if value in ("", [], None) else value

    def write(self, data: dict[str, Any]) -> None:
        """Put the values of the fields into a text."""
        for name in self.fields:
            *way, last = self.path(name)
            home = data
            for step in way:
                home = home.setdefault(step, {})
            value = self.kept(name, self.cleaned_data.get(name))
            if value is None:
                home.pop(last, None)
            else:
                home[last] = value
            if way and not data[way[0]]:
                del data[way[0]]


class BasicsForm(PartForm):
    title = Line(_("Title"), _("What it says on the credential. Example: Data quality for health"))
    description = Prose(
        _("Description"),
        _("One or two sentences for somebody who has never heard of it."),
    )
    prerequisites = Line(
        _("For whom"),
        _("What people bring along. Example: Nurses and clerks who work with patient records"),
        rows=2,
    )
    mode = Line(
        _("Mode"), _("Where and how people learn. Example: Online, with two evenings on campus")
    )
    language = forms.CharField(
        label=_("Language"), required=False, help_text=_("The language of the tasks.")
    )
    quality_assurance = Line(
        _("Quality assurance"),
        _("Who makes sure that it is good. Example: Approved by the academic board"),
    )
    field_of_study = Line(_("Field of study"), _("Example: Health information"))
    cost = Line(_("Cost"), _("What a learner pays. Example: 480 dollars, or free for partners"))
    valid_for = Line(
        _("Valid for"),
        _("Only when it ends. Write it as 3 years or 18 months; leave it empty else."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = str(self.initial.get("language") or "")
        known = [code for code, _label in _LANGUAGES]
        more = [] if said in known else [(said, said)]
        self.fields["language"].widget = forms.Select(choices=[*_LANGUAGES, *more])


class OutcomeForm(PartForm):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    text = Line(_("Outcome"), rows=2)


class TaskForm(PartForm):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    title = Line(_("What learners do"))
    weight = Number(_("Share of the mark, in %"), most=100)
    pass_mark = Number(_("Pass mark of its own"), most=100)
    secure = forms.ChoiceField(
        label=_("Is it known who did the work?"),
        required=False,
        choices=[("", _("Not said")), ("yes", _("Yes, it is secure")), ("no", _("No"))],
    )
    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes it shows"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, outcomes: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["outcomes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = outcomes or []

    @classmethod
    def shown(cls, name: str, value: Any) -> Any:
        if name == "secure":
            return {True: "yes", False: "no"}.get(value, "")
        return value

    def kept(self, name: str, value: Any) -> Any:
        if name == "secure":
            return {"yes": True, "no": False}.get(value)
        return super().kept(name, value)


class AssessmentForm(PartForm):
    assessment = Line(
        _("Type of assessment"), _("In one line. Example: A practical task and a talk about it")
    )
    supervision = Line(_("Supervision"), _("Who watches, and when. Leave it empty if nobody does."))
    identity_check = Line(
        _("Identity check"), _("How you know who somebody is. Example: Photo identification")
    )


class HoursForm(PartForm):
    hours = Number(
        _("Hours in all"), _("All the time an average learner needs, also on their own.")
    )
    hours_note = Line(
        _("How they were counted"), _("Example: Counted from the pilot, rounded to whole hours")
    )


class WorkloadForm(PartForm):
    title = Line(_("What the time goes into"))
    hours = Number(_("Hours"))


class LevelForm(PartForm):
    paths: ClassVar[dict[str, Path]] = {
        "credit_points": ("credit", "points"),
        "credit_rule": ("credit", "rule"),
    }
    level = Line(
        _("Level"),
        _("A level of a framework, such as AQF level 8 or EQF level 6, or: not levelled"),
    )
    level_comparison = Line(
        _("How the level was found"),
        _("Example: The outcomes were compared with the criteria for AQF level 8"),
        rows=2,
    )
    credit_points = Number(
        _("Credit points"), _("Only if a rule grants them. Leave it empty for none.")
    )
    credit_rule = Line(
        _("Rule that grants the credit"), _("With its date. Example: CR-118, 1 July 2025")
    )
    recognition = Line(_("Who recognises it"), _("Example: Counts as 20 hours of nursing CPD"))
    stacking = Line(
        _("What it builds towards"), _("Example: One of four for the Graduate Certificate")
    )


class AwardForm(PartForm):
    paths: ClassVar[dict[str, Path]] = {
        "pass_mark": ("award_rule", "pass"),
        "missing": ("award_rule", "missing"),
    }
    pass_mark = Number(
        _("Mark that is enough"),
        _("From 0 to 100, over all tasks by their share. Example: 50"),
        most=100,
    )
    missing = forms.ChoiceField(
        label=_("A task without a mark"),
        choices=[
            ("zero", _("counts as zero")),
            ("wait", _("makes the result wait until it is there")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )

    @classmethod
    def shown(cls, name: str, value: Any) -> Any:
        return value or "zero" if name == "missing" else value

    def write(self, data: dict[str, Any]) -> None:
        super().write(data)
        if data.get("award_rule", {}).get("pass") is None and "pass_mark" not in self.data:
            data.pop("award_rule", None)


class CriteriaForm(PartForm):
    paths: ClassVar[dict[str, Path]] = {
        "narrative": ("criteria", "narrative"),
        "criteria_url": ("criteria", "url"),
    }
    narrative = Prose(
        _("What a learner must do to earn it"),
        _("Example: Pass both tasks, with at least 50 per cent over the two."),
        rows=6,
    )
    criteria_url = Line(
        _("A page that says the same"), _("Example: https://example.edu/rules/data-quality")
    )


class AlignmentForm(PartForm):
    name = Line(_("Skill or competency"))
    url = Line(_("Its address"))
    framework = Line(_("Framework"))
    code = Line(_("Code"))


class PictureForm(PartForm):
    paths: ClassVar[dict[str, Path]] = {
        "image_url": ("image", "url"),
        "image_caption": ("image", "caption"),
    }
    image_url = Line(_("Address of the picture"), _("A square PNG or SVG, at least 400 wide."))
    image_caption = Line(
        _("What it shows"), _("For those who cannot see it. Example: A shield with three stones")
    )


class StartForm(Form):
    """Three questions, and a name for the answer."""

    outcomes = forms.CharField(
        label=_("What will people be able to do?"),
        help_text=_(
            "One thing on each line. Begin with what one could see: explain, build, decide."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"cure": _("Write at least one thing that people will be able to do.")},
    )
    prerequisites = Line(_("For whom is it?"), _("Example: Nurses who work with patient records"))
    hours = Number(_("How many hours will it take them?"), _("Your best guess; you can change it."))
    task = Line(
        _("How will you see that they can?"),
        _("One thing they do or make. Example: Clean a real data set and defend the choices"),
    )
    title = forms.CharField(
        label=_("What shall it be called?"),
        help_text=_("A working title is enough."),
        max_length=300,
        error_messages={"cure": _("Give it a working title.")},
    )
    org_unit = forms.ChoiceField(label=_("Where does it belong?"))
    slug = forms.CharField(
        label=_("Short name in its address"),
        help_text=_("Leave it empty and we make one from the title. It stays for good."),
        required=False,
        max_length=63,
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["org_unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = units
        if len(units) == 1:
            field.widget = forms.HiddenInput()
            field.initial = units[0][0]


class KeepForm(Form):
    """Keep a warning, and say why."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=64)
    place = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    reason = forms.CharField(
        label=_("Why it stays as it is"),
        help_text=_("Reviewers read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class RemarkForm(Form):
    """A remark beside a part of the text, or an answer to one."""

    place = forms.CharField(widget=forms.HiddenInput, max_length=200)
    words = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
