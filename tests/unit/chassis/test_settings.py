from pathlib import Path

import pytest
from pydantic import Field, SecretStr

from chassis.settings import Settings, load, markdown

NEEDED = {"DATABASE_URL": "postgresql://localhost/pizza", "KAFKA_BOOTSTRAP_SERVERS": "localhost:9092"}


class PizzaSettings(Settings):
    prefix = "PIZZA_"

    oven: int = Field(200, ge=50, description="Heat of the oven in °C")
    recipe: SecretStr = Field(SecretStr("x" * 32), min_length=8, description="The secret recipe")
    secret: dict[str, SecretStr] = Field({}, description="Keys of the couriers")


def problems_of(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SystemExit) as stopped:
        load(PizzaSettings, environ)
    return str(stopped.value).split("\n")


def test_standard_names_come_without_prefix_and_the_services_own_with_it() -> None:
    settings = load(
        PizzaSettings, {**NEEDED, "PIZZA_PORT": "8080", "PIZZA_OVEN": "250", "OTEL_TRACES_SAMPLER_ARG": "1"}
    )
    assert settings.database_url.get_secret_value() == "postgresql://localhost/pizza"
    assert (settings.port, settings.oven, settings.otel_traces_sampler_arg) == (8080, 250, 1.0)


def test_an_empty_variable_counts_as_unset() -> None:
    assert load(PizzaSettings, {**NEEDED, "PIZZA_OVEN": ""}).oven == 200


def test_lists_are_separated_by_commas() -> None:
    settings = load(PizzaSettings, {**NEEDED, "PIZZA_ALLOWED_HOSTS": "a.example, *.b.example,"})
    assert settings.allowed_hosts == ("a.example", "*.b.example")


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "recipe").write_text("tomatoes and basil\n")
    settings = load(PizzaSettings, {**NEEDED, "PIZZA_RECIPE_FILE": str(tmp_path / "recipe")})
    assert settings.recipe.get_secret_value() == "tomatoes and basil"


def test_a_mapping_gathers_its_secrets_also_from_files(tmp_path: Path) -> None:
    (tmp_path / "anna").write_text("s2")
    settings = load(
        PizzaSettings, {**NEEDED, "PIZZA_SECRET_BO": "s1", "PIZZA_SECRET_ANNA_FILE": str(tmp_path / "anna")}
    )
    assert {key: value.get_secret_value() for key, value in settings.secret.items()} == {"bo": "s1", "anna": "s2"}


def test_every_problem_is_one_sentence_that_names_the_variable() -> None:
    found = problems_of({"PIZZA_OVEN": "hot", "PIZZA_OVN": "250", "KAFKA_BOOTSTRAP_SERVERS": "localhost:9092"})
    assert [sentence.split()[0] for sentence in found] == ["PIZZA_OVN", "DATABASE_URL", "PIZZA_OVEN"]
    assert found[0] == "PIZZA_OVN is no setting; did you mean PIZZA_OVEN?"


def test_a_missing_setting_says_what_it_is_for() -> None:
    assert problems_of({"DATABASE_URL": "postgresql://localhost/x"}) == [
        "KAFKA_BOOTSTRAP_SERVERS is missing: Kafka brokers, `host:port` separated by commas."
    ]


def test_a_setting_of_another_form_is_shown_how_it_is_written() -> None:
    assert problems_of({**NEEDED, "PIZZA_PUBLIC_URL": "arenden.example.org"}) == [
        "PIZZA_PUBLIC_URL is wrong: it is not written in the form that is wanted here, such as https://arenden.example.org."
    ]


def test_a_bad_secret_is_refused_without_being_shown() -> None:
    (sentence,) = problems_of({**NEEDED, "PIZZA_RECIPE": "short7!"})
    assert sentence.startswith("PIZZA_RECIPE is wrong: it has fewer than")
    assert "short7!" not in sentence


def test_a_secret_given_twice_or_in_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    twice = problems_of({**NEEDED, "PIZZA_RECIPE": "a" * 9, "PIZZA_RECIPE_FILE": "/dev/null"})
    assert twice == ["PIZZA_RECIPE and PIZZA_RECIPE_FILE are both set: set one of them."]
    (missing,) = problems_of({**NEEDED, "PIZZA_RECIPE_FILE": str(tmp_path / "nothing")})
    assert missing == "PIZZA_RECIPE_FILE names a file that cannot be read (FileNotFoundError)."


def test_other_programs_variables_are_none_of_our_business() -> None:
    assert load(PizzaSettings, {**NEEDED, "PASTA_OVEN": "1", "HOME": "/"}).oven == 200


def test_settings_shown_in_text_hide_secrets() -> None:
    settings = load(PizzaSettings, {**NEEDED, "DATABASE_URL": "postgresql://user:hunter2@localhost/x"})
    assert "hunter2" not in repr(settings)


def test_every_setting_has_a_description() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_reference_lists_each_setting_once_with_its_default() -> None:
    table = markdown({"pizza": PizzaSettings}).splitlines()
    assert table.count("| `PIZZA_OVEN` | Heat of the oven in °C | `200` |") == 1
    assert any(line.startswith("| `DATABASE_URL`, `DATABASE_URL_FILE` |") and "**required**" in line for line in table)
    assert any(line.startswith("| `PIZZA_SECRET_<KEY>`, `PIZZA_SECRET_<KEY>_FILE` |") for line in table)
    assert any(line.startswith("| `<SERVICE>_PORT` |") for line in table)
    assert "x" * 32 not in "\n".join(table)
    names = [line.split("|")[1] for line in table]
    assert len(names) == len(set(names))
