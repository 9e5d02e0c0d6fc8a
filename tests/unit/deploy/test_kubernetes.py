"""deploy/k8s renders, is valid, and asks for nothing the services do not know. Nothing here ran in a cluster."""

import importlib
import ipaddress
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from chassis.settings import Settings, load
from contracts.events.registry import PRODUCERS
from tests.support.kustomize import NoKustomize, render

CHECKOUT = Path(__file__).parents[3]
K8S = CHECKOUT / "deploy/k8s"
BASE = K8S / "base"
STRIMZI = Path(__file__).parent / "vendored/strimzi"
SERVICES = tuple(PRODUCERS)
Manifest = dict[str, Any]


def read_all(text: str) -> list[Manifest]:
    return [document for document in yaml.load_all(text, Loader=yaml.CSafeLoader) if document]


# The sources, without any tool.


def sources() -> Iterator[Path]:
    return (path for path in K8S.rglob("*.yaml"))


@pytest.mark.parametrize("path", sorted(sources()), ids=lambda path: path.relative_to(K8S).as_posix())
def test_every_source_is_yaml_whose_documents_say_what_they_are(path: Path) -> None:
    for document in read_all(path.read_text()):
        assert document["apiVersion"]
        assert document["kind"]
        if document["kind"] not in ("Kustomization", "Component"):
            assert document["metadata"]["name"]


@pytest.mark.parametrize("path", sorted(K8S.rglob("kustomization.yaml")), ids=lambda path: path.parent.name)
def test_every_file_beside_a_kustomization_is_used_and_every_file_it_names_is_there(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    named = {*content["resources"], *(patch["path"] for patch in content.get("patches", ()))}
    named |= {file for generator in content.get("configMapGenerator", ()) for file in generator.get("envs", ())}
    assert all((path.parent / name).exists() for name in named)
    beside = {file.relative_to(path.parent).as_posix() for file in path.parent.rglob("*.*") if file.is_file()}
    assert beside - {"kustomization.yaml"} <= named


def test_no_two_resources_share_a_name() -> None:
    found = [
        (document["kind"], document["metadata"]["name"])
        for path in BASE.glob("*.yaml")
        if path.name != "kustomization.yaml"
        for document in read_all(path.read_text())
    ]
    assert len(found) == len(set(found))


def environment(*names: str) -> dict[str, str]:
    """What pods get from these ConfigMaps."""
    lines = [line for name in names for line in (BASE / f"settings/{name}.env").read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_class(service: str) -> type[Settings]:
    package = service.replace("-", "_")
    if not (CHECKOUT / "services" / service / package / "settings.py").exists():
        pytest.skip(f"{service} has no settings yet")
    module = importlib.import_module(f"{package}.settings")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Settings) and value.__module__ == module.__name__
    )
    return found


SECRETS = {
    "/run/secrets/database/uri": "postgresql://user:password@routing-db-rw.eskalera:5432/routing",
    "/run/secrets/smtp/url": "smtps://user:password@smtp.example.org:465",
    "/run/secrets/vendor-bridge/connections.yaml": "{}",
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_what_its_pod_is_given(service: str, tmp_path: Path) -> None:
    given = environment("shared", service)
    for name, value in given.items():
        if value.startswith("/run/secrets/"):
            file = tmp_path / value.removeprefix("/").replace("/", "-")
            file.write_text(SECRETS.get(value, "x" * 32))
            given[name] = str(file)
    settings = load(settings_class(service), given)
    assert settings.host == "0.0.0.0"
    assert settings.management_port == 8090
    assert settings.kafka_security_protocol == "SASL_SSL"
    assert settings.kafka_partitions == topic_partitions()


def topic_partitions() -> int:
    topics = read_all((BASE / "topics.yaml").read_text())
    return next(int(topic["spec"]["partitions"]) for topic in topics if topic["metadata"]["name"] == "cases")


def test_no_secret_is_written_down() -> None:
    for path in sources():
        assert not [document for document in read_all(path.read_text()) if document["kind"] == "Secret"]


# Rendered.


@cache
def rendered(folder: str) -> tuple[Manifest, ...]:
    try:
        return tuple(read_all(render(K8S / folder)))
    except NoKustomize as missing:
        pytest.skip(f"not rendered: {missing}")


def of_kind(kind: str, folder: str = "base") -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in rendered(folder) if one["kind"] == kind}


def pod_specs() -> dict[str, Manifest]:
    workloads = of_kind("Deployment") | of_kind("Job")
    return {name: workload["spec"]["template"]["spec"] for name, workload in workloads.items()}


FOLDERS = ("base", "overlays/example")
CUSTOM = ("kafka.strimzi.io", "postgresql.cnpg.io", "monitoring.coreos.com")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_core_resource_is_valid(folder: str) -> None:
    checked = 0
    for manifest in rendered(folder):
        if not manifest["apiVersion"].startswith(CUSTOM):
            kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
            checked += 1
    assert checked > 40


def test_the_check_of_core_resources_sees_a_misspelt_field() -> None:
    broken = {**next(iter(of_kind("Deployment").values()))}
    broken["spec"] = {**broken["spec"], "replica": 2}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, kubernetes_validate.latest_version(), strict=True)


@cache
def strimzi(kind: str) -> Draft202012Validator:
    definition = yaml.load((STRIMZI / f"{kind.lower()}.yaml").read_text(), Loader=yaml.CSafeLoader)
    (version,) = definition["spec"]["versions"]
    assert version["name"] == "v1"
    return Draft202012Validator(strict(version["schema"]["openAPIV3Schema"]))


def strict(schema: Any) -> Any:
    """As the API server does under strict field validation: what is not described is not allowed."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: strict(value) for key, value in schema.items()}
    if schema.get("x-kubernetes-int-or-string"):
        inner.pop("type", None)
    closed = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    if closed and "additionalProperties" not in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        inner["additionalProperties"] = False
    return inner


def faults(manifest: Manifest) -> list[str]:
    own = {key: value for key, value in manifest.items() if key != "metadata"}
    whole = strimzi(manifest["kind"]).schema
    assert isinstance(whole, Mapping)
    schema = {**whole}
    schema["properties"] = {key: value for key, value in schema["properties"].items() if key != "metadata"}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(own)]


@pytest.mark.parametrize("kind", ["Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"])
def test_every_kafka_resource_is_valid_for_strimzi(kind: str) -> None:
    found = of_kind(kind)
    assert found
    for manifest in found.values():
        assert manifest["apiVersion"] == "kafka.strimzi.io/v1"
        assert faults(manifest) == []


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("KafkaTopic", {"partition": 3}),
        ("KafkaTopic", {"partitions": 0}),
        ("KafkaUser", {"authentication": {"type": "password"}}),
        ("KafkaNodePool", {"replicas": 3, "roles": ["leader"]}),
        ("Kafka", {"zookeeper": {}}),
    ],
)
def test_the_check_of_kafka_resources_sees_what_strimzi_would_refuse(kind: str, spec: dict[str, Any]) -> None:
    assert faults({"apiVersion": "kafka.strimzi.io/v1", "kind": kind, "spec": spec}) != []


def test_kafka_keeps_every_event_on_two_of_three_nodes_before_it_is_acknowledged() -> None:
    kafka = of_kind("Kafka")["eskalera"]["spec"]["kafka"]["config"]
    assert (kafka["default.replication.factor"], kafka["min.insync.replicas"]) == (3, 2)
    assert kafka["auto.create.topics.enable"] is False
    assert of_kind("KafkaNodePool")["nodes"]["spec"]["replicas"] == 3
    for topic in of_kind("KafkaTopic").values():
        assert topic["spec"]["replicas"] == 3
        assert topic["spec"]["config"]["min.insync.replicas"] == 2


def test_there_is_one_topic_and_a_dead_letter_topic_for_each_service() -> None:
    assert set(of_kind("KafkaTopic")) == {"cases"} | {f"cases.dlq.{service}" for service in SERVICES}


def test_a_service_may_use_the_topic_in_its_own_group_and_announce_its_own_dead_letters_only() -> None:
    users = of_kind("KafkaUser")
    assert set(users) == {f"{service}-kafka" for service in SERVICES}
    for service in SERVICES:
        rules = {
            (rule["resource"]["type"], rule["resource"]["name"]): set(rule["operations"])
            for rule in users[f"{service}-kafka"]["spec"]["authorization"]["acls"]
        }
        assert rules == {
            ("topic", "cases"): {"Read", "Write", "Describe"},
            ("topic", f"cases.dlq.{service}"): {"Write", "Describe"},
            ("group", service): {"Read", "Describe"},
        }
        assert environment(service)["KAFKA_SASL_USERNAME"] == f"{service}-kafka"


def test_each_service_has_a_database_of_its_own_that_confirms_on_two_machines() -> None:
    clusters = of_kind("Cluster")
    assert set(clusters) == {f"{service}-db" for service in SERVICES}
    for cluster in clusters.values():
        assert cluster["apiVersion"] == "postgresql.cnpg.io/v1"
        assert cluster["spec"]["instances"] == 3
        assert cluster["spec"]["postgresql"]["synchronous"] == {"method": "any", "number": 1}
        assert cluster["spec"]["storage"]["size"]


def test_every_pod_is_what_pod_security_calls_restricted() -> None:
    assert len(pod_specs()) == 10
    for name, spec in pod_specs().items():
        pod = spec["securityContext"]
        assert pod["runAsNonRoot"] is True, name
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not spec.get("hostNetwork")
        for container in spec["containers"]:
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["readOnlyRootFilesystem"] is True
            assert own["capabilities"] == {"drop": ["ALL"]}
        kinds = {next(iter(set(volume) - {"name"})) for volume in spec["volumes"]}
        assert kinds - {"persistentVolumeClaim"} == {"secret", "emptyDir"}
    namespace = of_kind("Namespace")["eskalera"]["metadata"]["labels"]
    assert namespace["pod-security.kubernetes.io/enforce"] == "restricted"


def test_ticketing_and_the_bridge_share_the_files_and_nobody_else_has_them() -> None:
    claim = of_kind("PersistentVolumeClaim")["files"]["spec"]
    assert claim["accessModes"] == ["ReadWriteMany"]
    having = {
        name.partition("/")[2] or name
        for name, spec in pod_specs().items()
        if any(volume.get("persistentVolumeClaim") == {"claimName": "files"} for volume in spec["volumes"])
    }
    assert having == {"ticketing", "ticketing-worker", "vendor-bridge", "vendor-bridge-worker"}
    for spec in pod_specs().values():
        (container,) = spec["containers"]
        named = {each["value"] for each in container.get("env", ()) if each["name"].endswith("_OBJECT_STORE")}
        mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert bool(named) is ("/var/lib/eskalera" in mounted)
        assert named <= {"/var/lib/eskalera/objects"}


def test_no_pod_carries_a_token_or_the_variables_of_other_services() -> None:
    for name, spec in pod_specs().items():
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["enableServiceLinks"] is False, "Kubernetes' TICKETING_PORT would be read as a setting"
        assert of_kind("ServiceAccount")[spec["serviceAccountName"]]["automountServiceAccountToken"] is False


def test_every_deployment_is_asked_whether_it_lives_and_is_ready_on_its_management_port() -> None:
    assert set(of_kind("Deployment")) == {*SERVICES, "ticketing-worker", "vendor-bridge-worker"}
    for deployment in of_kind("Deployment").values():
        spec = deployment["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports["management"] == 8090
        for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
            assert container[probe]["httpGet"] == {"path": path, "port": "management"}
        drain = Settings.model_fields["drain_seconds"].default
        assert (
            spec["terminationGracePeriodSeconds"] >= container["lifecycle"]["preStop"]["sleep"]["seconds"] + drain + 8
        )


def test_every_container_says_what_it_needs_and_may_take() -> None:
    for name, spec in pod_specs().items():
        for container in spec["containers"]:
            assert set(container["resources"]) == {"requests", "limits"}, name
            for amounts in container["resources"].values():
                assert set(amounts) == {"cpu", "memory"}


def test_each_service_has_a_migration_that_ends() -> None:
    jobs = of_kind("Job")
    assert set(jobs) == {f"{service}-migrate" for service in SERVICES}
    for service in SERVICES:
        job = jobs[f"{service}-migrate"]["spec"]
        assert job["template"]["spec"]["containers"][0]["args"] == ["migrate"]
        assert job["activeDeadlineSeconds"]


def test_all_but_the_deployments_can_be_applied_before_the_migrations_are_done() -> None:
    later = {
        (manifest["kind"], manifest["metadata"]["name"])
        for manifest in rendered("overlays/example")
        if manifest["metadata"].get("labels", {}).get("app.kubernetes.io/component") in ("api", "worker")
    }
    assert later == {("Deployment", name) for name in of_kind("Deployment")}
    jobs = of_kind("Job").values()
    assert {job["metadata"]["labels"]["app.kubernetes.io/component"] for job in jobs} == {"migrate"}


def test_every_config_map_and_secret_that_a_pod_names_is_made_by_somebody() -> None:
    generated = set(of_kind("ConfigMap"))
    by_operators = {f"{service}-db-app" for service in SERVICES} | {f"{service}-kafka" for service in SERVICES}
    by_people = {"ticketing", "vendor-bridge", "smtp"}
    documented = (CHECKOUT / "docs/operations/kubernetes.md").read_text()
    for spec in pod_specs().values():
        (container,) = spec["containers"]
        assert {source["configMapRef"]["name"] for source in container["envFrom"]} <= generated
        secrets = {volume["secret"]["secretName"] for volume in spec["volumes"] if "secret" in volume}
        assert secrets <= by_operators | by_people | {"eskalera-cluster-ca-cert"}
    for name in by_people:
        assert f"create secret generic {name} " in documented


def test_every_file_that_a_setting_names_is_mounted() -> None:
    for spec in pod_specs().values():
        (container,) = spec["containers"]
        mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
        maps = [of_kind("ConfigMap")[source["configMapRef"]["name"]]["data"] for source in container["envFrom"]]
        files = {Path(value) for data in maps for value in data.values() if value.startswith("/")}
        assert {str(file.parent) for file in files} <= mounted


def test_every_service_leads_to_pods_that_listen_on_its_port() -> None:
    deployments = of_kind("Deployment").values()
    for service in of_kind("Service").values():
        selector = service["spec"]["selector"].items()
        (chosen,) = (d for d in deployments if selector <= d["spec"]["template"]["metadata"]["labels"].items())
        (container,) = chosen["spec"]["template"]["spec"]["containers"]
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= {
            port["name"] for port in container["ports"]
        }
        assert "8090" not in str(service["spec"]["ports"]), "the management port is never published"


def policies() -> dict[str, Manifest]:
    return {name: policy["spec"] for name, policy in of_kind("NetworkPolicy").items()}


def test_nothing_is_allowed_that_no_policy_allows() -> None:
    assert policies()["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_only_the_bridges_worker_and_the_notifier_reach_the_outside() -> None:
    outside = {
        name: spec["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for name, spec in policies().items()
        if "ipBlock" in str(spec)
    }
    assert outside == {
        "to-vendors": "vendor-bridge",
        "to-mail-server": "notifier",
        "bridge-to-mail-server": "vendor-bridge",
    }


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.1", "100.64.0.1"]
)
def test_the_bridge_reaches_no_address_inside(address: str) -> None:
    block = policies()["to-vendors"]["egress"][0]["to"][0]["ipBlock"]
    assert any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in block["except"])


def test_each_service_reaches_its_own_database_only() -> None:
    for service in SERVICES:
        database = f"{service}-db"
        (out,) = policies()[f"to-{database}"]["egress"]
        assert out["to"] == [{"podSelector": {"matchLabels": {"cnpg.io/cluster": database}}}]
        into = policies()[database]["ingress"][0]
        assert into["from"] == [{"podSelector": {"matchLabels": {"eskalera/database": database}}}]
        pods = [
            workload["spec"]["template"]["metadata"]["labels"]
            for workload in (*of_kind("Deployment").values(), *of_kind("Job").values())
        ]
        assert {pod["app.kubernetes.io/name"] for pod in pods if pod["eskalera/database"] == database} == {service}


def test_kafka_is_open_to_exactly_the_pods_that_may_leave_for_it() -> None:
    (listener,) = of_kind("Kafka")["eskalera"]["spec"]["kafka"]["listeners"]
    (peer,) = listener["networkPolicyPeers"]
    assert peer["podSelector"] == policies()["to-kafka"]["podSelector"]
    speaking = {
        name
        for name, deployment in of_kind("Deployment").items()
        if deployment["spec"]["template"]["metadata"]["labels"].get("eskalera/speaks-kafka") == "true"
    }
    assert speaking == {"ticketing-worker", "routing", "notifier", "vendor-bridge-worker"}


def test_a_disruption_budget_watches_every_deployment() -> None:
    budgets = {str(budget["spec"]["selector"]["matchLabels"]) for budget in of_kind("PodDisruptionBudget").values()}
    assert budgets == {str(d["spec"]["selector"]["matchLabels"]) for d in of_kind("Deployment").values()}


def test_an_overlay_changes_hosts_and_registry_and_the_rest_stays() -> None:
    example = of_kind("Deployment", "overlays/example")
    assert set(example) == set(of_kind("Deployment"))
    images = {d["spec"]["template"]["spec"]["containers"][0]["image"] for d in example.values()}
    assert all(image.startswith("registry.example.org/eskalera/") for image in images)
    settings = next(m["data"] for n, m in of_kind("ConfigMap", "overlays/example").items() if n.startswith("ticketing"))
    assert settings["TICKETING_ALLOWED_HOSTS"] == "arenden.malarvik.example"
    assert settings["KAFKA_SASL_USERNAME"] == "ticketing-kafka"


@pytest.mark.parametrize("folder", FOLDERS)
def test_mails_link_to_where_the_pages_are(folder: str) -> None:
    settings = {key: value for one in of_kind("ConfigMap", folder).values() for key, value in one["data"].items()}
    assert settings["NOTIFIER_PAGES_URL"] == settings["TICKETING_PUBLIC_URL"]
    assert settings["TICKETING_PUBLIC_URL"] == f"https://{settings['TICKETING_ALLOWED_HOSTS']}"


def test_a_kustomization_that_does_not_render_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [none.yaml]\n")
    rendered("base")
    with pytest.raises((AssertionError, subprocess.CalledProcessError), match=r"none\.yaml"):
        render(tmp_path)
