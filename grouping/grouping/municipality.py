"""What grouping reads of a municipality's directory: for the services, which all have one in this form."""

from contracts.directory import Directory
from grouping.report import School, Service, Surroundings


def surroundings_of(directory: Directory) -> Surroundings:
    """What the engine reads of a directory."""
    return Surroundings(
        version=directory.version,
        services=tuple(
            Service(service.id, (service.name.sv, service.name.en, *service.aliases), service.name.en)
            for service in directory.services
        ),
        schools=tuple(
            School(
                id=school.id,
                names=(school.name.sv, school.name.en, *school.aliases),
                asset_prefix=school.asset_prefix,
                rooms_of_buildings={building.id: building.rooms for building in school.buildings},
            )
            for school in directory.schools
        ),
        device_services=_device_services(directory),
        time_zone=directory.municipality.time_zone,
        link_from=_share(directory.thresholds.link),
        suggest_from=_share(directory.thresholds.suggest),
    )


def _device_services(directory: Directory) -> dict[str, str]:
    by_class: dict[str, str] = {}
    for service in directory.services:
        if service.device_class:
            by_class.setdefault(service.device_class, service.id)
    return {
        code: by_class[device.id]
        for device in directory.device_classes
        for code in device.tag_codes
        if device.id in by_class
    }


def _share(percent: int | None) -> float | None:
    return None if percent is None else percent / 100
