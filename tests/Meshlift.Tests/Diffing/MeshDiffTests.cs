using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Diffing;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Tests.Diffing;

/// <summary>What is the same, what has changed, and how dangerous that is.</summary>
public sealed class MeshDiffTests
{
    [Fact]
    public void Laws_hold_for_any_two_sets()
    {
        Prop.ForAll(Arb.From(Sets()), pair =>
        {
            var (before, after) = (Set(pair.Before), Set(pair.After));
            var difference = MeshDiff.Of(before, after);
            Assert.Empty(MeshDiff.Of(before, before).Resources);
            Assert.Equal(DiffApplication.Facts(difference, false), DiffApplication.Facts(MeshDiff.Of(after, before), true));
            Assert.Equal(DiffApplication.Facts(difference, false), DiffApplication.Facts(MeshDiff.Of(Set([.. pair.Before.Reverse()]), Set([.. pair.After.Reverse()])), false));
            foreach (var resource in difference.Resources.Where(resource => resource.Kind == DiffKind.Changed))
                Assert.Equal(DiffApplication.Opened(resource.After!.Root), DiffApplication.Opened(DiffApplication.Apply(resource.Before!.Root, resource.Changes)), YamlEquality.Instance);
        }).Holds(tests: 300);
    }

    [Theory]
    [InlineData("rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]", "rules: [{ apiGroups: [''], resources: [pods], verbs: [get, list] }]", DiffRisk.Medium, "list pods")]
    [InlineData("rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]", "rules: [{ apiGroups: [''], resources: [pods, secrets], verbs: [get] }]", DiffRisk.High, "get secrets")]
    [InlineData("rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]", "rules: [{ apiGroups: [''], resources: [pods], verbs: ['*'] }]", DiffRisk.High, "* pods")]
    [InlineData("rules: [{ apiGroups: [''], resources: ['*'], verbs: [get] }]", "rules: [{ apiGroups: [''], resources: ['*'], verbs: [get] }, { apiGroups: [''], resources: [secrets], verbs: [get] }]", DiffRisk.Low, "nothing")]
    [InlineData("rules: [{ apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get] }]", "rules: [{ apiGroups: [''], resources: [secrets], verbs: [get] }]", DiffRisk.High, "get secrets")]
    [InlineData("rules: [{ apiGroups: [''], resources: [pods], verbs: [get, list] }]", "rules: [{ apiGroups: [''], resources: [pods], verbs: [get] }]", DiffRisk.Medium, "narrowed")]
    public void Permissions_count_by_what_they_grant(string before, string after, DiffRisk risk, string reason) =>
        AssertJudged("{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: a }, ", before, after, risk, reason);

    [Theory]
    [InlineData("webhooks: [{ name: a, failurePolicy: Fail }]", "webhooks: [{ name: a, failurePolicy: Ignore }]", DiffRisk.High, "failure policy")]
    [InlineData("webhooks: [{ name: a }]", "webhooks: [{ name: a }, { name: b }]", DiffRisk.High, "new webhook")]
    [InlineData("webhooks: [{ name: a, namespaceSelector: { matchLabels: { a: b } } }]", "webhooks: [{ name: a, namespaceSelector: {} }]", DiffRisk.High, "scope")]
    [InlineData("webhooks: [{ name: a, rules: [{ operations: [CREATE] }] }]", "webhooks: [{ name: a, rules: [{ operations: [CREATE, UPDATE] }] }]", DiffRisk.High, "scope")]
    [InlineData("webhooks: [{ name: a, timeoutSeconds: 10 }]", "webhooks: [{ name: a, timeoutSeconds: 5 }]", DiffRisk.Medium, "timeoutSeconds")]
    public void Admission_counts_by_who_is_asked_and_what_happens_without_an_answer(string before, string after, DiffRisk risk, string reason) =>
        AssertJudged("{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: a }, ", before, after, risk, reason);

    [Theory]
    [InlineData("properties: { a: { type: string } }", "properties: { a: { type: string }, b: {} }", DiffRisk.Low, "new field 'b'")]
    [InlineData("properties: { a: {}, b: {} }", "properties: { a: {} }", DiffRisk.High, "'b' is gone")]
    [InlineData("required: [a]", "required: [a, b]", DiffRisk.High, "required")]
    [InlineData("required: [a, b]", "required: [a]", DiffRisk.Low, "no more")]
    [InlineData("enum: [A, B]", "enum: [A]", DiffRisk.High, "B is refused")]
    [InlineData("maxLength: 10", "maxLength: 5", DiffRisk.High, "tightened")]
    [InlineData("maxLength: 10", "maxLength: 50", DiffRisk.Low, "loosened")]
    [InlineData("{}", "pattern: '^a$'", DiffRisk.High, "pattern")]
    [InlineData("nullable: true", "{}", DiffRisk.High, "nullable")]
    [InlineData("properties: { a: {} }, oneOf: [{ required: [a] }]", "properties: { a: {}, b: {} }, oneOf: [{ required: [a] }, { required: [b] }]", DiffRisk.Low, "new field 'b'")]
    [InlineData("properties: { a: {}, b: {} }, oneOf: [{ required: [a] }]", "properties: { a: {}, b: {} }, oneOf: [{ required: [a] }, { required: [b] }]", DiffRisk.High, "tightened: oneOf")]
    [InlineData("properties: { a: {} }, oneOf: [{ not: { anyOf: [{ required: [a] }] } }]", "properties: { a: {}, b: {} }, oneOf: [{ not: { anyOf: [{ required: [a] }, { required: [b] }] } }]", DiffRisk.Low, "new field 'b'")]
    [InlineData("properties: { a: {} }", "properties: { a: {}, b: {} }, oneOf: [{ required: [a, b] }]", DiffRisk.High, "tightened: oneOf")]
    public void Schemas_count_by_what_they_refuse(string before, string after, DiffRisk risk, string reason) =>
        AssertJudged("{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: a }, ", Schema(before), Schema(after), risk, reason);

    [Theory]
    [InlineData("storage: true", "storage: false", "stored")]
    [InlineData("served: true", "served: false", "served no more")]
    public void Versions_count_by_who_uses_them(string before, string after, string reason) =>
        AssertJudged("{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: { name: a }, ", $"spec: {{ versions: [{{ name: v1, {before} }}] }}", $"spec: {{ versions: [{{ name: v1, {after} }}] }}", DiffRisk.High, reason);

    [Theory]
    [InlineData("image: docker.io/istio/pilot:1", "image: registry.istio.io/release/pilot:1", DiffRisk.High, "registry migration: docker.io/istio -> registry.istio.io/release, the same images; registry.istio.io is switched off")]
    [InlineData("image: gcr.io/istio-release/pilot:1", "image: docker.io/istio/pilot:1", DiffRisk.Medium, "registry migration")]
    [InlineData("image: gcr.io/istio-release/pilot:1", "image: docker.io/istio/proxyv2:1", DiffRisk.High, "image host changed")]
    [InlineData("image: docker.io/istio/pilot:1", "image: example.com/istio/pilot:1", DiffRisk.High, "image host changed: docker.io -> example.com")]
    [InlineData("image: example.com/a/pilot:1", "image: example.com/b/pilot:1", DiffRisk.Medium, "another image")]
    [InlineData("securityContext: { privileged: false }", "securityContext: { privileged: true }", DiffRisk.High, "privileged")]
    [InlineData("securityContext: { runAsNonRoot: true }", "securityContext: {}", DiffRisk.High, "runAsNonRoot")]
    [InlineData("securityContext: { capabilities: { drop: [ALL] } }", "securityContext: { capabilities: { drop: [] } }", DiffRisk.High, "ALL is not dropped")]
    [InlineData("securityContext: { capabilities: { add: [] } }", "securityContext: { capabilities: { add: [NET_ADMIN] } }", DiffRisk.High, "NET_ADMIN")]
    [InlineData("resources: { limits: { cpu: 1 } }", "resources: { limits: { cpu: 2 } }", DiffRisk.Medium, "cpu 1 -> 2")]
    [InlineData("readinessProbe: { periodSeconds: 1 }", "readinessProbe: { periodSeconds: 2 }", DiffRisk.Medium, "probe")]
    [InlineData("env: [{ name: PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE, value: 'false' }]", "env: []", DiffRisk.High, "flipped")]
    [InlineData("env: []", "env: [{ name: OTHER, value: x }]", DiffRisk.Medium, "OTHER: not set -> x")]
    [InlineData("env: []", "env: [{ name: LIMIT, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }]", DiffRisk.Medium, "LIMIT: not set -> from limits.cpu")]
    [InlineData("ports: [{ containerPort: 80 }]", "ports: [{ containerPort: 80 }, { containerPort: 81 }]", DiffRisk.Medium, "opened")]
    public void Pods_count_by_what_they_may_do(string before, string after, DiffRisk risk, string reason) =>
        AssertJudged("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: istiod }, ", Pod(before), Pod(after), risk, reason);

    [Fact]
    public void Host_access_is_found_in_what_was_added_as_a_whole() =>
        AssertJudged("{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: a }, ", "spec: { template: { spec: {} } }", "spec: { template: { spec: { volumes: [{ name: v, hostPath: { path: / } }] } } }", DiffRisk.High, "a folder of the node");

    [Fact]
    public void A_lost_disruption_budget_is_dangerous_and_a_moved_list_item_of_a_set_is_noise()
    {
        var budget = "{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: istiod } }";
        Assert.Equal(DiffRisk.High, Assert.Single(MeshDiff.Of(Set([budget]), ManifestSet.Empty).Resources).Risk);
        var role = "{{ apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {{ name: a }}, rules: [{{ apiGroups: [''], resources: [pods], verbs: [{0}] }}] }}";
        var difference = MeshDiff.Of(Set([string.Format(null, role, "get, list")]), Set([string.Format(null, role, "list, get")]));
        Assert.Equal([DiffNoise.Order], difference.Folded.Keys);
        Assert.Empty(difference.Real);
        var route = "{{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {{ name: a }}, spec: {{ rules: [{0}] }} }}";
        Assert.Single(MeshDiff.Of(Set([string.Format(null, route, "{ a: 1, b: 2 }, { a: 3, b: 4 }")]), Set([string.Format(null, route, "{ a: 3, b: 4 }, { a: 1, b: 2 }")])).Real);
    }

    [Fact]
    public void Lists_are_matched_by_their_keys_and_documents_in_texts_as_documents()
    {
        var before = "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { mesh: \"a: 1\\nb: [x]\\n\", values: '{\"global\": {\"hub\": \"docker.io/istio\"}}', script: \"if x\\n  {{ .A }}\\nend\\n\" } }";
        var after = "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { mesh: \"b: [x]\\na: 2\\n\", values: '{\"global\":{\"hub\":\"example.com/istio\"}}', script: \"if x\\n  {{ .B }}\\nend\\n\" } }";
        var changes = Assert.Single(MeshDiff.Of(Set([before]), Set([after])).Resources).Changes;
        Assert.Equal(["data.mesh | a", "data.script | line 2", "data.values | global.hub"], changes.Select(change => change.Path.ToString()));
        Assert.Contains("docker.io -> example.com", changes[2].Reason, StringComparison.Ordinal);

        var service = "{{ apiVersion: v1, kind: Service, metadata: {{ name: a }}, spec: {{ ports: [{0}] }} }}";
        var ports = Assert.Single(MeshDiff.Of(Set([string.Format(null, service, "{ port: 80, name: a }, { port: 81 }")]), Set([string.Format(null, service, "{ port: 81, protocol: TCP }, { port: 80, name: b }")])).Resources);
        Assert.Equal(["spec.ports[port=80].name"], ports.Real.Select(change => change.Path.ToString()));
        Assert.Equal(["spec.ports[port=81].protocol"], ports.Changes.Where(change => change.Noise == DiffNoise.Default).Select(change => change.Path.ToString()));
    }

    [Fact]
    public void A_renamed_resource_is_found_by_its_content()
    {
        var service = "{{ apiVersion: v1, kind: Service, metadata: {{ name: {0} }}, spec: {{ type: ClusterIP, selector: {{ app: a }}, ports: [{{ port: 80 }}] }} }}";
        var resource = Assert.Single(MeshDiff.Of(Set([string.Format(null, service, "old")]), Set([string.Format(null, service, "new")])).Resources);
        Assert.True(resource.IsRenamed);
        Assert.Equal(["metadata.name"], resource.Real.Select(change => change.Path.ToString()));
    }

    [Fact]
    public void Several_revisions_on_one_side_are_not_guessed_at()
    {
        string Istiod(string revision) => $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: istiod-{revision}, labels: {{ istio.io/rev: {revision} }} }}, spec: {{ replicas: 1 }} }}";
        var grown = MeshDiff.Of(Set([Istiod("1-29-6")]), Set([Istiod("1-29-6"), Istiod("1-30-3")]));
        Assert.Equal(DiffKind.Added, Assert.Single(grown.Resources).Kind);
        var replaced = MeshDiff.Of(Set([Istiod("1-29-6")]), Set([Istiod("1-30-3")]));
        Assert.Empty(replaced.Real);
        Assert.Equal("1-29-6", replaced.Names.RevisionBefore!.Value);
        Assert.Null(MeshDiff.Of(Set([Istiod("1-28-1"), Istiod("1-29-6")]), Set([Istiod("1-30-3")])).Names.RevisionAfter);
    }

    [Fact]
    public void A_name_counts_only_where_it_is_a_word()
    {
        string Istiod(string revision, string host) => $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: istiod-{revision}, labels: {{ istio.io/rev: {revision} }} }}, spec: {{ host: {host} }} }}";
        Assert.Empty(MeshDiff.Of(Set([Istiod("1-29-6", "istiod-1-29-6.istio-system.svc")]), Set([Istiod("1-30-3", "istiod-1-30-3.istio-system.svc")])).Real);
        Assert.Single(MeshDiff.Of(Set([Istiod("1-29-6", "istiod-1-29-60")]), Set([Istiod("1-30-3", "istiod-1-30-30")])).Real);
    }

    [Theory]
    [InlineData("NetworkPolicy", "ingress: [{ from: [], ports: [] }]", "ingress: [{ ports: [] }]", DiffNoise.Default)]
    [InlineData("Pod", "env: [{ name: A, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }]", "env: [{ name: A, valueFrom: { resourceFieldRef: { resource: limits.cpu, divisor: '1' } } }]", DiffNoise.Default)]
    [InlineData("ConfigMap", "text: \"{{ a }}\\n  b\\n\"", "text: \"{{ a }}\\n\\n  b\\n\"", DiffNoise.Blank)]
    [InlineData("ConfigMap", "text: \"{{ a }}\\n  b\\n\"", "text: \"{{ a }}\\n  divisor: '1'\\n  b\\n\"", DiffNoise.Default)]
    public void What_means_the_same_is_folded_and_counted(string kind, string before, string after, DiffNoise noise)
    {
        string Of(string spec) => $"{{ apiVersion: v1, kind: {kind}, metadata: {{ name: a }}, spec: {{ {spec} }} }}";
        var difference = MeshDiff.Of(Set([Of(before)]), Set([Of(after)]));
        Assert.Equal(noise, Assert.Single(difference.Folded).Key);
        Assert.Empty(difference.Real);
        Assert.NotEmpty(MeshDiff.Of(Set([Of(before)]), Set([Of(after.Replace("'1'", "1m", StringComparison.Ordinal).Replace("ports: []", "ports: [{ port: 1 }]", StringComparison.Ordinal).Replace("\\n\\n", "\\nx\\n", StringComparison.Ordinal))])).Real);
    }

    [Theory]
    [InlineData("{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio-cni-config }, data: { AMBIENT_RECONCILE_POD_RULES_ON_STARTUP: 'false' } }", "'false'", "'true'", "rewrites the network rules")]
    [InlineData("{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: istio-cni-node }, spec: { template: { spec: { hostNetwork: true } } } }", "true", "false", "shares the network of the node")]
    public void Flags_outside_of_istiod_are_known_too(string resource, string before, string after, string meaning)
    {
        var change = Assert.Single(Assert.Single(MeshDiff.Of(Set([resource]), Set([resource.Replace(before, after, StringComparison.Ordinal)])).Resources).Changes);
        Assert.Equal(DiffRisk.High, change.Risk);
        Assert.Contains(meaning, change.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_Istio_calls_differently_today_is_the_same_resource()
    {
        string Role(string name, string verb) => $"{{ apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{ name: {name} }}, rules: [{{ apiGroups: [''], resources: [a], verbs: [{verb}] }}] }}";
        var resource = Assert.Single(MeshDiff.Of(Set([Role("istiod-istio-system", "get")]), Set([Role("istiod-clusterrole-istio-system", "watch")])).Resources);
        Assert.True(resource.IsRenamed);
        // Where both are there, they are two.
        Assert.Equal(DiffKind.Added, Assert.Single(MeshDiff.Of(Set([Role("istiod-istio-system", "get")]), Set([Role("istiod-istio-system", "get"), Role("istiod-clusterrole-istio-system", "get")])).Resources).Kind);
    }

    [Fact]
    public void Lines_stand_in_the_order_of_the_text()
    {
        string Text(string word) => $"{{ apiVersion: v1, kind: ConfigMap, metadata: {{ name: a }}, data: {{ a: \"{string.Concat(Enumerable.Range(0, 30).Select(i => i % 9 == 8 ? $"{{{{ {word}{i}\\n" : $"line {i}\\n"))}\" }} }}";
        var changes = Assert.Single(MeshDiff.Of(Set([Text("a")]), Set([Text("b")])).Resources).Changes;
        Assert.Equal(["data.a | line 9", "data.a | line 18", "data.a | line 27"], changes.Select(change => change.Path.ToString()));
    }

    private static void AssertJudged(string head, string before, string after, DiffRisk risk, string reason)
    {
        var resource = Assert.Single(MeshDiff.Of(Set([head + before + " }"]), Set([head + after + " }"])).Resources);
        var worst = resource.Real.MaxBy(change => change.Risk)!;
        Assert.Equal(risk, worst.Risk);
        Assert.Contains(reason, worst.Reason, StringComparison.Ordinal);
    }

    private static string Schema(string schema) => $"spec: {{ versions: [{{ name: v1, schema: {{ openAPIV3Schema: {(schema.StartsWith('{') ? schema : $"{{ {schema} }}")} }} }}] }}";

    private static string Pod(string container) => $"spec: {{ template: {{ spec: {{ containers: [{{ name: discovery, {container} }}] }} }} }}";

    private static ManifestSet Set(string[] documents) => ManifestSet.Create(documents.SelectMany((document, i) => ManifestStream.Split(Encoding.UTF8.GetBytes(document), $"{i}")));

    private static Gen<(string[] Before, string[] After)> Sets()
    {
        var word = Gen.Elements("a", "b", "c", "1-29-6", "istiod-1-30-3", "1.29.6", "x\\ny", "x\\nz\\ny", "--f=1", "--f=2");
        var scalar = word.Select(text => $"\"{text}\"");
        var list = scalar.ListOf().Select(items => $"[{string.Join(", ", items.Take(6))}]");
        var env = Gen.Elements("a", "b", "c").Zip(scalar).ListOf().Select(items => $"[{string.Join(", ", items.DistinctBy(item => item.Item1).Take(5).Select(item => $"{{ name: {item.Item1}, value: {item.Item2} }}"))}]");
        var item = from k in Gen.Elements("a", "b", "c") from field in Gen.Elements("p", "q") from value in scalar select $"{{ k: {k}, {field}: {value}, z: 1 }}";
        var free = item.ListOf().Select(items => $"[{string.Join(", ", items.Take(5))}]");
        var body =
            from args in list
            from verbs in list
            from variables in env
            from items in free
            from one in scalar
            from document in Gen.Elements("a: 1\\nb: [x, y]\\n", "b: [y, x]\\na: 2\\n", "a: istiod-1-29-6\\nc: { d: 1 }\\n", "{ \\\"a\\\": [1, 2], \\\"b\\\": null }", "{ \\\"a\\\": [2] }", "no: document: at all\\n")
            select $"args: {args}, verbs: {verbs}, env: {variables}, parts: {items}, one: {one}, text: \"{document}\"";
        // Both sides choose from the same bodies, so that some resources are the same, and some have only another name.
        Gen<string[]> Set(string[] bodies) =>
            from names in Gen.Elements("a", "b", "c", "istiod-1-29-6", "istiod-1-30-3").ListOf()
            from chosen in Gen.Choose(0, bodies.Length - 1).ArrayOf(5)
            from label in Gen.Elements("1-29-6", "1-30-3")
            select names.Distinct(StringComparer.Ordinal).Select((name, i) => $"{{ apiVersion: apps/v1, kind: Deployment, metadata: {{ name: {name}, labels: {{ istio.io/rev: {label} }} }}, spec: {{ {bodies[chosen[i]]} }} }}").ToArray();
        return from bodies in body.ArrayOf(5) from before in Set(bodies) from after in Set(bodies) select (before, after);
    }
}
