"""What can be achieved, and who recognises it."""

# A builder takes every property of its class by name, and "id" is the standard's own word.
# ruff: noqa: A002, PLR0913
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cairn.vc.model.parts import Address, Alignment, Criteria, IdentifierEntry, Image, Related
from cairn.vc.model.results import ResultDescription
from cairn.vc.model.view import Term, View, compact, kind_of, number, one, several, text, texts

#: Open Badges 3.0, AchievementType: closed, but for names that start with ``ext:``.
ACHIEVEMENT_TYPES: Final = (
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
)


@dataclass(frozen=True, slots=True)
class Profile(View):
    """An organisation or a person: who issues, who made it, who stands behind it."""

    id = Term("id", text)
    name = Term("name", text)
    url = Term("url", text)
    email = Term("email", text)
    phone = Term("phone", text)
    description = Term("description", text)
    official = Term("official", text)
    image = Term("image", one(Image))
    address = Term("address", one(Address))
    other_identifiers = Term("otherIdentifier", several(IdentifierEntry))

    @classmethod
    def build(
        cls,
        *,
        id: str,
        name: str,
        url: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        description: str | None = None,
        official: str | None = None,
        image: Image | None = None,
        address: Address | None = None,
        other_identifiers: Sequence[IdentifierEntry] = (),
        parent_org: Profile | None = None,
    ) -> Self:
        return cls(
            compact(
                id=id,
                type=["Profile"],
                name=name,
                url=url,
                phone=phone,
                description=description,
                image=image,
                email=email,
                address=address,
                otherIdentifier=other_identifiers,
                official=official,
                parentOrg=parent_org,
            )
        )

    @property
    def parent_org(self) -> Profile | None:
        return one(Profile)(self.raw.get("parentOrg"))


@dataclass(frozen=True, slots=True)
class Achievement(View):
    """What can be recognised; on screens, a micro-credential."""

    id = Term("id", text)
    name = Term("name", text)
    description = Term("description", text)
    criteria = Term("criteria", one(Criteria))
    achievement_type = Term("achievementType", text)
    alignments = Term("alignment", several(Alignment))
    creator = Term("creator", one(Profile))
    credits_available = Term("creditsAvailable", number)
    field_of_study = Term("fieldOfStudy", text)
    human_code = Term("humanCode", text)
    image = Term("image", one(Image))
    in_language = Term("inLanguage", text)
    other_identifiers = Term("otherIdentifier", several(IdentifierEntry))
    related = Term("related", several(Related))
    result_descriptions = Term("resultDescription", several(ResultDescription))
    specialization = Term("specialization", text)
    tags = Term("tag", texts)
    version = Term("version", text)

    @classmethod
    def build(
        cls,
        *,
        id: str,
        name: str,
        description: str,
        criteria: Criteria,
        achievement_type: str | None = "MicroCredential",
        alignments: Sequence[Alignment] = (),
        creator: Profile | None = None,
        credits_available: float | None = None,
        field_of_study: str | None = None,
        human_code: str | None = None,
        image: Image | None = None,
        in_language: str | None = None,
        other_identifiers: Sequence[IdentifierEntry] = (),
        related: Sequence[Related] = (),
        result_descriptions: Sequence[ResultDescription] = (),
        specialization: str | None = None,
        tags: Sequence[str] = (),
        version: str | None = None,
    ) -> Self:
        if achievement_type is not None:
            kind_of(achievement_type, ACHIEVEMENT_TYPES, "achievement type")
        return cls(
            compact(
                id=id,
                type=["Achievement"],
                name=name,
                description=description,
                criteria=criteria,
                achievementType=achievement_type,
                alignment=alignments,
                creator=creator,
                creditsAvailable=credits_available,
                fieldOfStudy=field_of_study,
                humanCode=human_code,
                image=image,
                inLanguage=in_language,
                otherIdentifier=other_identifiers,
                related=related,
                resultDescription=result_descriptions,
                specialization=specialization,
                tag=tags,
                version=version,
            )
        )
