using System.Text;
using FsCheck.Fluent;
using Meshlift.Core.Drifting;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Core.Kubernetes.Requests;
using Meshlift.Core.Manifests;
using Meshlift.Core.Selecting;
using Meshlift.Yaml;

namespace Meshlift.Tests.Drifting;

/// <summary>Objects of Git against live ones, as values.</summary>
public sealed class DriftComparisonTests
{
    [Theory]
    [InlineData("spec: { a: 1 }", "spec: { a: 1, added: by defaults }")]
    [InlineData("spec: { resources: { limits: { cpu: 1000m, memory: 0.5Gi } } }", "spec: { resources: { limits: { cpu: '1', memory: 512Mi } } }")]
    [InlineData("spec: { resources: { requests: { cpu: 1 } } }", "spec: { resources: { requests: { cpu: '1' } } }")]
    [InlineData("spec: { ports: [{ containerPort: 80 }] }", "spec: { ports: [{ containerPort: 80, protocol: TCP }] }")]
    [InlineData("spec: { ports: [{ port: 80, targetPort: '8080' }] }", "spec: { ports: [{ port: 80, protocol: TCP, targetPort: 8080 }] }")]
    [InlineData("spec: { empty: {}, list: [], nothing: null, no: false, zero: 0, text: '' }", "spec: {}")]
    [InlineData("spec: { nothing: null, map: {} }", "spec: { nothing: { by: others }, map: { by: others } }")]
    [InlineData("spec: { nested: { empty: {} } }", "spec: {}")]
    [InlineData("spec: { env: [{ name: A, value: '1' }, { name: B, value: '2' }] }", "spec: { env: [{ name: B, value: '2' }, { name: A, value: '1', x: y }] }")]
    [InlineData("rules: [{ verbs: [get, list] }]", "rules: [{ verbs: [list, get] }]")]
    [InlineData("spec: { args: [a, b] }\nstatus: { ready: true }", "spec: { args: [a, b] }\nstatus: { ready: false }")]
    [InlineData("metadata: { name: web, namespace: shop, creationTimestamp: null }", "metadata: { name: web, namespace: shop, uid: x, resourceVersion: '5' }")]
    public void What_means_the_same_is_no_drift(string git, string live) => Assert.Empty(Compare(git, live));

    [Theory]
    [InlineData("spec: { a: 1 }", "spec: { a: 2 }", "spec.a 1 2")]
    [InlineData("spec: { a: 1 }", "spec: {}", "spec.a 1 -")]
    [InlineData("spec: { a: '1' }", "spec: { a: 1 }", "spec.a 1 1")]
    [InlineData("spec: { env: [{ name: A, value: 1000m }] }", "spec: { env: [{ name: A, value: '1' }] }", "spec.env[name=A].value 1000m 1")]
    [InlineData("spec: { args: [a, b] }", "spec: { args: [b, a] }", "spec.args[0] place 1 place 2")]
    [InlineData("spec: { env: [{ name: A }] }", "spec: { env: [{ name: A }, { name: B }] }", "spec.env[name=B] - {\"name\":\"B\"}")]
    [InlineData("spec: { env: [{ name: A, value: x }, { name: B, value: x }] }", "spec: { env: [{ name: B, value: x }] }", "spec.env[name=A] {\"name\":\"A\",\"value\":\"x\"} -")]
    [InlineData("rules: [{ verbs: [get] }]", "rules: [{ verbs: [get, '*'] }]", "rules[0].verbs[*] - *")]
    [InlineData("data: { mesh: \"a: 1\\nb: 2\\n\" }", "data: { mesh: \"a: 1\\nb: 3\\n\" }", "data.mesh | b 2 3")]
    [InlineData("spec: { resources: { limits: { cpu: 1001m } } }", "spec: { resources: { limits: { cpu: '1' } } }", "spec.resources.limits.cpu 1001m 1")]
    public void What_differs_is_told_by_field(string git, string live, string expected) =>
        Assert.Equal(expected, string.Join('|', Compare(git, live).Select(one => $"{one.Path} {Text(one.Git)} {Text(one.Live)}")));

    [Fact]
    public void A_dry_run_tells_what_an_apply_changes_and_the_lists_what_it_would_leave()
    {
        // A field that this manager gave up, and an item that another one added.
        const string live = "metadata: { annotations: { gone: x } }\nspec: { a: 2, env: [{ name: A }, { name: B }] }";
        var found = Compare("spec: { a: 1, env: [{ name: A }] }", live, "spec: { a: 1, env: [{ name: A }, { name: B }] }");
        Assert.Equal("metadata.annotations.gone|spec.a|spec.env[name=B]", string.Join('|', found.Select(one => one.Path)));
    }

    [Theory]
    [InlineData("ValidatingWebhookConfiguration", "webhooks: [{ name: a, failurePolicy: Ignore }]", "webhooks: [{ name: a, failurePolicy: Fail }]", true)]
    [InlineData("ValidatingWebhookConfiguration", "webhooks: [{ name: a, failurePolicy: Fail }]", "webhooks: [{ name: a, failurePolicy: Ignore }]", false)]
    [InlineData("MutatingWebhookConfiguration", "webhooks: [{ name: a, failurePolicy: Ignore }]", "webhooks: [{ name: a, failurePolicy: Fail }]", false)]
    [InlineData("MutatingWebhookConfiguration", "webhooks: [{ name: a, clientConfig: { caBundle: QQ== } }]", "webhooks: [{ name: a, clientConfig: { caBundle: Qg== } }]", true)]
    [InlineData("Deployment", "spec: { template: { metadata: { annotations: { kubectl.kubernetes.io/restartedAt: a } } } }", "spec: { template: { metadata: { annotations: { kubectl.kubernetes.io/restartedAt: b } } } }", true)]
    [InlineData("Deployment", "spec: { replicas: 1 }", "spec: { replicas: 2 }", false)]
    [InlineData("Deployment", "metadata: { labels: { app.kubernetes.io/managed-by: a } }", "metadata: { labels: { app.kubernetes.io/managed-by: b } }", false)]
    public void A_field_of_others_is_known_and_only_where_it_is_one(string kind, string git, string live, bool isOfOthers)
    {
        var one = Assert.Single(DriftComparison.Of(Git(git, kind), Yaml(live), null, isScaled: false));
        Assert.Equal(isOfOthers, one.Owner is not null);
    }

    [Fact]
    public void Replicas_belong_to_an_autoscaler_where_there_is_one()
    {
        var targets = Autoscalers.Targets([Yaml("metadata: { namespace: shop }\nspec: { scaleTargetRef: { kind: Deployment, name: web } }"), Yaml("spec: {}")]);
        var git = Git("spec: { replicas: 1 }");
        Assert.NotNull(Assert.Single(DriftComparison.Of(git, Yaml("spec: { replicas: 9 }"), null, targets.IsScaled(git.Identity))).Owner);
        Assert.False(targets.IsScaled(git.Identity with { Namespace = "other" }));
    }

    [Fact]
    public void The_last_who_wrote_a_field_is_its_author()
    {
        const string live = """
            metadata:
              managedFields:
              - { manager: kustomize-controller, operation: Apply, time: 2026-01-01T00:00:00Z, fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:containers': { 'k:{"name":"a"}': { 'f:image': {} } }, 'f:atomic': {} } } }
              - { manager: kubectl-edit, operation: Update, time: 2026-02-01T00:00:00Z, fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"b"}': { '.': {}, 'f:image': {} } }, 'f:set': { 'v:"x"': {} } } } }
              - { manager: kubelet, operation: Update, subresource: status, time: 2026-03-01T00:00:00Z, fieldsV1: { 'f:spec': {} } }
              - { manager: broken, operation: Update, fieldsV1: { 'f:spec': { 'f:containers': { 'k:{oops': {} } } } }
            spec: { replicas: 2, atomic: { inner: 2 }, containers: [{ name: a, image: x }, { name: b, image: x }] }
            """;
        var found = Compare("spec: { replicas: 1, atomic: { inner: 1 }, containers: [{ name: b, image: y }, { name: a, image: y }] }", live);
        Assert.Equal(
            "spec.atomic.inner kustomize-controller|spec.containers[name=a].image kustomize-controller|spec.containers[name=b].image kubectl-edit|spec.replicas kustomize-controller",
            string.Join('|', found.Select(one => $"{one.Path} {one.Author?.Manager}")));
        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), found[2].Author!.Time);
        Assert.Equal("kustomize-controller", FieldAuthors.Of(Yaml(live)).Deliverer);
        // Meshlift's own manager holds restarts: to apply under it what Git says would take them back.
        Assert.Equal(FieldAuthors.Nobody, FieldAuthors.Of(Yaml("metadata: { managedFields: [{ manager: meshlift, operation: Apply, fieldsV1: {} }, { manager: kubectl, operation: Update, fieldsV1: {} }] }")).Deliverer);
    }

    [Theory]
    [InlineData(403, "forbidden: User \"a\" cannot patch", DryRunAnswer.Forbidden)]
    [InlineData(403, "admission webhook \"x\" denied the request: no", DryRunAnswer.Refused)]
    [InlineData(422, "is invalid: spec.a", DryRunAnswer.Refused)]
    [InlineData(400, "admission webhook \"x\" does not support dry run", DryRunAnswer.Untried)]
    [InlineData(404, "namespaces \"x\" not found", DryRunAnswer.Refused)]
    [InlineData(500, "failed calling webhook \"x\"", DryRunAnswer.Untried)]
    public void An_answer_to_a_dry_run_is_understood(int code, string message, DryRunAnswer expected) => Assert.Equal(expected, DryRunAnswers.Of(new ApiStatus(code, "", message)));

    [Fact]
    public void What_the_server_says_of_a_Secret_is_kept_back_since_it_may_repeat_a_value()
    {
        var status = new ApiStatus(422, "Invalid", "Secret \"s\" is invalid: data[a]: Invalid value: \"hunter2\"");
        Assert.DoesNotContain("hunter2", DryRunAnswers.Words(status, new ResourceIdentity("", "Secret", "shop", "s")), StringComparison.Ordinal);
        Assert.Equal(status.Message, DryRunAnswers.Words(status, new ResourceIdentity("", "ConfigMap", "shop", "s")));
    }

    [Theory]
    [InlineData("kustomize.toolkit.fluxcd.io/name=istio-active kustomize.toolkit.fluxcd.io/namespace=flux-system", "", true)]
    [InlineData("kustomize.toolkit.fluxcd.io/name=istio-1-30-3 kustomize.toolkit.fluxcd.io/namespace=flux-system", "", true)]
    [InlineData("kustomize.toolkit.fluxcd.io/name=istio-1-28-0 kustomize.toolkit.fluxcd.io/namespace=flux-system istio.io/rev=1-28-0", "", true)]
    [InlineData("kustomize.toolkit.fluxcd.io/name=istio-apps kustomize.toolkit.fluxcd.io/namespace=flux-system istio.io/rev=1-30-3", "", false)]
    [InlineData("kustomize.toolkit.fluxcd.io/name=istio-active kustomize.toolkit.fluxcd.io/namespace=other", "", false)]
    [InlineData("", "eu-istio-active:/ConfigMap:istio-system/a", true)]
    [InlineData("istio.io/rev=1-30-3", "us-apps:/ConfigMap:istio-system/a", false)]
    [InlineData("app.kubernetes.io/instance=eu-istio-shared", "", true)]
    [InlineData("operator.istio.io/component=Pilot", "", true)]
    [InlineData("app=web", "", false)]
    public void What_is_left_over_is_known_by_its_marks(string labels, string tracking, bool isLeftOver)
    {
        var rule = new LeftOvers("eu", "flux-system", ["1-30-3"]);
        var metadata = new ObjectMetadata("a", "istio-system")
        {
            Labels = Labels.Of(labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => new KeyValuePair<string, string>(label.Split('=')[0], label.Split('=')[1]))),
            Annotations = tracking.Length == 0 ? Labels.None : Labels.Of(("argocd.argoproj.io/tracking-id", tracking)),
        };
        var identity = new ResourceIdentity("", "ConfigMap", "istio-system", "a");
        Assert.Equal(isLeftOver, rule.Reason(identity, metadata) is not null);
        Assert.Null(rule.Reason(identity, metadata with { Deleted = DateTimeOffset.UnixEpoch }));
        Assert.Null(rule.Reason(identity, metadata with { Controller = new OwnerReference("v1", "Gateway", "a", "1") }));
        Assert.Null(rule.Reason(identity with { Kind = "Namespace" }, metadata));
    }

    [Fact]
    public void Only_what_the_kustomizations_name_is_stated_and_standby_never_is()
    {
        StatedFile[] files =
        [
            File("1-30-3/inventory.yaml", "apiVersion: meshlift.dev/v1alpha1\nkind: RevisionInventory\nmetadata: { name: 1-30-3 }\n"),
            File("1-30-3/kustomization.yaml", "resources: [generated, ./own.yaml]\n"),
            File("1-30-3/generated/kustomization.yaml", "resources: [a.yaml]\n"),
            File("1-30-3/generated/a.yaml", ConfigMap("a")), File("1-30-3/generated/b.yaml", ConfigMap("b")),
            File("1-30-3/own.yaml", ConfigMap("own")), File("1-30-3/unlisted.yaml", ConfigMap("unlisted")), File("1-30-3/standby/s.yaml", ConfigMap("s")),
            File("1-28-0/c.yaml", ConfigMap("of no revision")), File("active/d.yaml", ConfigMap("d")), File("flux/e.yaml", ConfigMap("e")),
        ];
        Assert.Equal("a d own", Names(StatedManifests.OfCluster(files, followsKustomizations: true)));
        Assert.Equal("a b d own unlisted", Names(StatedManifests.OfCluster(files, followsKustomizations: false)));

        static StatedFile File(string path, string text) => new(path, path, Encoding.UTF8.GetBytes(text));
        static string ConfigMap(string name) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: {name} }}\n";
        static string Names(StatedManifests stated) => string.Join(' ', stated.Resources.Resources.Select(resource => resource.Identity.Name));
    }

    [Fact]
    public void An_object_has_no_drift_against_itself_whatever_the_server_adds() => Prop.ForAll(
        Gen.Elements("spec: { a: 1 }", "spec: { ports: [{ port: 1 }, { port: 2, name: x }] }", "rules: [{ verbs: [a] }, { verbs: [b] }]", "data: { a: \"x: 1\\ny: [1]\\n\" }", "spec: { list: [1, [2], {}] }").ToArbitrary(),
        text => Compare(text, text + "\nstatus: { x: 1 }\nadded: { by: server }").Length == 0).Holds();

    private static System.Collections.Immutable.ImmutableArray<DriftedField> Compare(string git, string live, string? applied = null) => DriftComparison.Of(Git(git), Yaml(live), applied is null ? null : Yaml(applied), isScaled: false);

    private static Resource Git(string text, string kind = "Deployment")
    {
        var root = Yaml(text).With("apiVersion", "apps/v1").With("kind", kind);
        return new Resource(new ResourceIdentity("apps", kind, "shop", "web"), root, "web.yaml:1:1");
    }

    private static YamlMapping Yaml(string text) => (YamlMapping)YamlReader.Read(Encoding.UTF8.GetBytes(text))!;

    private static string Text(YamlNode? node) => node switch
    {
        null => "-",
        YamlScalar scalar => scalar.Value,
        _ => Encoding.UTF8.GetString(JsonNodes.Write(node)),
    };
}
