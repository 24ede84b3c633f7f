using System.Text;
using Meshlift.Adapters.Helm;
using Meshlift.Core;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Tests.Helm;

/// <summary>Rendering, with the real Helm 3 and 4.</summary>
public sealed class HelmTemplateTests : IDisposable
{
    private const string Everything = """{ source: charts, cni: { namespace: kube-system }, ztunnel: {}, gateways: [{ name: ingress, namespace: istio-ingress, values: in.yaml }, { name: ingress, namespace: istio-internal }] }""";

    private readonly HelmFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task Every_chart_is_rendered_once_and_the_gateway_for_each_with_crds_from_both_places(string helm)
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("in.yaml", "port: 443\n");
        var rendering = await _fixture.RenderAsync(helm, Everything);
        Assert.Equal(
            [
                "CustomResourceDefinition /kneaders.bakery.example.com", "CustomResourceDefinition /ovens.bakery.example.com",
                "DaemonSet istio-system/ztunnel", "DaemonSet kube-system/istio-cni-node",
                "Deployment istio-ingress/ingress", "Deployment istio-internal/ingress", "Deployment istio-system/istiod-1-30-3",
                "Service istio-ingress/ingress", "Service istio-internal/ingress", "Service istio-system/istiod-1-30-3", "ServiceAccount istio-system/reader",
            ],
            HelmFixture.Names(rendering), StringComparer.Ordinal);
        Assert.Equal(["chart base 1.30.3", "chart istiod 1.30.3", "chart cni 1.30.3", "chart ztunnel 1.30.3", "chart gateway (istio-ingress/ingress) 1.30.3", "chart gateway (istio-internal/ingress) 1.30.3"],
            rendering.Streams.Select(stream => stream.Name), StringComparer.Ordinal);
        Assert.Empty(rendering.Findings);
        Assert.StartsWith(helm == "v32" ? "v3." : "v4.", rendering.Helm, StringComparison.Ordinal);
        Assert.Equal(["charts/base", "charts/istiod", "charts/cni", "charts/ztunnel", "charts/gateway"], rendering.Charts.Select(chart => chart.Origin), StringComparer.Ordinal);
        Assert.Equal(["443", "80"], HelmFixture.Resources(rendering).Where(resource => resource.Identity.Kind == "Service" && resource.Identity.Name == "ingress").Select(resource => Value(resource, "spec", "ports").ToString()!));
        Assert.Contains("# A comment, and nothing else", Encoding.UTF8.GetString(rendering.Streams[1].Bytes.Span), StringComparison.Ordinal);
    }

    [HelmFact]
    public async Task Helm_3_and_4_give_the_same_resources()
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("in.yaml", "port: 443\n");
        var (three, four) = (await CanonicalAsync("v32"), await CanonicalAsync("v33"));
        Assert.Equal(11, three.Count);
        Assert.Equal(three, four);

        async Task<SortedDictionary<string, string>> CanonicalAsync(string helm) => new(
            HelmFixture.Resources(await _fixture.RenderAsync(helm, Everything)).ToDictionary(resource => resource.Identity.ToString(), resource => Encoding.UTF8.GetString(CanonicalYaml.Write(resource.Root).Span), StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task Values_are_layered_and_version_revision_and_kubernetes_are_filled_in(string helm)
    {
        _fixture.Unpack("vendor/1.30.3/charts");
        _fixture.Folder.Write("istio/one.yaml", "hub: one/${version}\nreplicas: 2\nnote: \"${revision} ${other}\"\nrevision: ${revision}\n");
        _fixture.Folder.Write("istio/two,three.yaml", "\uFEFFreplicas: 3\n");
        _fixture.Folder.Write("istio/empty.yaml", "# nothing\n");
        var rendering = await _fixture.RenderAsync(helm, """{ source: "vendor/${version}/charts", kubernetes: v1.34.2-gke.7, istiod: { release: plane, values: [istio/one.yaml, "istio/two,three.yaml", istio/empty.yaml] } }""");
        var deployment = HelmFixture.Resources(rendering).Single(resource => resource.Identity.Kind == "Deployment");
        Assert.Equal("3", Value(deployment, "spec", "replicas").ToString());
        Assert.Equal(("1-30-3", "v1.34.2-gke.7", "1-30-3 ${other}"), (Text(deployment, "istio.io/rev"), Text(deployment, "kube"), Text(deployment, "note")));
        Assert.Contains("one/1.30.3/pilot:1.30.3", Encoding.UTF8.GetString(rendering.Streams[1].Bytes.Span), StringComparison.Ordinal);
        Assert.Equal("hub: one/${version}\nreplicas: 2\nnote: \"${revision} ${other}\"\nrevision: ${revision}\n", File.ReadAllText(_fixture.Folder["istio/one.yaml"]));
    }

    [HelmFact]
    public async Task A_control_plane_without_a_revision_has_an_empty_one_and_a_number_stays_a_text()
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("v.yaml", "revision: \"${revision}\"\n");
        var plain = await _fixture.RenderAsync("v32", "{ source: charts, istiod: { values: v.yaml } }", RevisionName.Default);
        Assert.Contains("Deployment istio-system/istiod", HelmFixture.Names(plain), StringComparer.Ordinal);
        // The schema of the sample takes nothing but a text.
        var number = await _fixture.RenderAsync("v32", "{ source: charts, istiod: { values: v.yaml } }", RevisionName.Parse("130"));
        Assert.Contains("Deployment istio-system/istiod-130", HelmFixture.Names(number), StringComparer.Ordinal);
    }

    [HelmFact]
    public async Task A_gateway_may_follow_a_tag_and_nothing_else_may()
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("tag.yaml", "revision: prod-stable\n");
        var rendering = await _fixture.RenderAsync("v33", "{ source: charts, gateways: [{ name: a, namespace: a, values: tag.yaml }, { name: b, namespace: a }] }");
        var revisions = HelmFixture.Resources(rendering).Where(resource => resource.Identity is { Kind: "Deployment", Namespace: "a" }).Select(resource => ((YamlMapping)Value(resource, "spec", "template", "metadata", "labels"))["istio.io/rev"]!.ToString());
        Assert.Equal(["prod-stable", "1-30-3"], revisions);
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync("v33", "{ source: charts, istiod: { values: tag.yaml } }"));
        Assert.Equal((ErrorKind.Input, "tag.yaml:1:11: this sets revision to 'prod-stable', but it must be '1-30-3'"), (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_default_revision_of_the_users_own_is_refused_and_not_overruled()
    {
        _fixture.Folder.Write("base.yaml", "a: 1\ndefaultRevision: prod\n");
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync("v32", "{ base: { values: base.yaml } }"));
        Assert.Equal("base.yaml:2:18: this sets defaultRevision to 'prod', but it must be empty", error.Message);
        Assert.Contains("default validator itself", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [\n", "v.yaml:2:1: ")]
    [InlineData("a: 1\nb:\n  c: 1\n c: 2\n", "v.yaml:4:2: ")]
    [InlineData("a: 1\na: 2\n", "v.yaml:2:1: the key 'a' stands twice, first at 1:1")]
    [InlineData("- a\n", "v.yaml:1:1: values are a mapping, and this is none")]
    [InlineData("a: 1\n---\nb: 2\n", "v.yaml:2:1: there is more than one document")]
    public async Task Values_that_are_no_values_are_told_with_their_place(string text, string message)
    {
        _fixture.Folder.Write("v.yaml", text);
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync("v32", "{ istiod: { values: v.yaml } }"));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_that_are_missing_are_told()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync("v32", "{ istiod: { values: istio/none.yaml } }"));
        Assert.Equal((ErrorKind.Input, "there is no file of values istio/none.yaml"), (error.Kind, error.Message));
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task A_chart_that_fails_is_told_with_its_name_its_files_and_what_helm_said(string helm)
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("v.yaml", "broken: true\n");
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync(helm, "{ source: charts, istiod: { values: v.yaml } }"));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith("chart istiod cannot be rendered: 'helm template istiod charts/istiod --namespace istio-system --include-crds --kube-version v1.32.0 -f v.yaml --set-string revision=1-30-3' failed with exit code 1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("the oven is broken", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), error.Message, StringComparison.Ordinal);
        Assert.Equal("correct v.yaml", error.Remedy);
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task A_key_that_the_charts_schema_does_not_know_is_told(string helm)
    {
        _fixture.Unpack("charts");
        _fixture.Folder.Write("v.yaml", "replica: 2\n");
        var error = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync(helm, "{ source: charts, istiod: { values: v.yaml } }"));
        Assert.Contains("chart istiod cannot be rendered", error.Message, StringComparison.Ordinal);
        Assert.Matches("(?i)additional propert.*replica", error.Message);
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task Values_that_helm_passes_over_are_told(string helm)
    {
        _fixture.Unpack("charts");
        SampleChart.Cni().With("values.yaml", "table: { deep: 3 }\n").Unpack(_fixture.Folder, "charts/cni");
        _fixture.Folder.Write("v.yaml", "table: { deep: { c: 1 } }\n");
        var rendering = await _fixture.RenderAsync(helm, "{ source: charts, cni: { values: v.yaml } }");
        var finding = Assert.Single(rendering.Findings);
        Assert.Equal(("ML1025", "v.yaml"), (finding.Code, finding.Subject));
        Assert.StartsWith("helm says of chart cni: ", finding.Message, StringComparison.Ordinal);
        Assert.Contains("cni.table.deep", finding.Message, StringComparison.Ordinal);
    }

    [HelmTheory, MemberData(nameof(RealHelm.All), MemberType = typeof(RealHelm))]
    public async Task The_users_own_settings_plugins_and_home_have_no_say(string helm)
    {
        _fixture.Unpack("charts");
        var log = _fixture.Folder["log"];
        _fixture.Folder.Write("own/plugins/spy/plugin.yaml", $"name: spy\nversion: 1.0.0\nusage: spy\ndescription: spy\ncommand: \"touch {log}\"\n");
        _fixture.Folder.Write("own/broken.yaml", "no: [yaml");
        string[] names = ["HELM_PLUGINS", "HELM_REPOSITORY_CONFIG", "HELM_REGISTRY_CONFIG", "KUBECONFIG", "HELM_KUBECONTEXT", "HELM_NAMESPACE", "HELM_DEBUG", "HOME", "XDG_CONFIG_HOME", "HELM_DATA_HOME"];
        var surroundings = names.ToDictionary(name => name, name => name switch { "HELM_PLUGINS" => _fixture.Folder["own/plugins"], "HELM_NAMESPACE" => "elsewhere", "HELM_DEBUG" => "true", _ => _fixture.Folder["own/broken.yaml"] }, StringComparer.Ordinal);
        var with = await _fixture.RenderAsync(helm, "{ source: charts }", surroundings: surroundings);
        var without = await _fixture.RenderAsync(helm, "{ source: charts }", surroundings: new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Equal(without.Streams.Select(stream => Encoding.UTF8.GetString(stream.Bytes.Span)), with.Streams.Select(stream => Encoding.UTF8.GetString(stream.Bytes.Span)));
        Assert.Empty(with.Findings);
    }

    [Fact]
    public async Task A_helm_that_is_missing_or_too_old_or_none_is_told()
    {
        _fixture.Unpack("charts");
        var missing = await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync("no-such-helm", "{ source: charts }", surroundings: new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = _fixture.Folder.Path }));
        Assert.Equal((ErrorKind.Environment, "the program 'no-such-helm' is not on PATH"), (missing.Kind, missing.Message));
        if (OperatingSystem.IsWindows()) return;
        var old = _fixture.Folder.WriteProgram("old", "#!/bin/sh\necho v2.17.0\n");
        Assert.Equal($"'{old}' is Helm v2.17.0; Helm 3.8 to 4 renders Istio's charts", (await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync(old, "{ source: charts }"))).Message);
        var other = _fixture.Folder.WriteProgram("other", "#!/bin/sh\necho hello\n");
        Assert.Equal($"'{other} version' answered 'hello', which names no version", (await Assert.ThrowsAsync<UserException>(() => _fixture.RenderAsync(other, "{ source: charts }"))).Message);
    }

    [Fact]
    public async Task A_version_that_must_not_be_installed_is_not_rendered()
    {
        var spec = HelmFixture.Spec("{ source: charts }");
        var renderer = new HelmTemplate(spec, _fixture.Folder.Path, new HelmProgram("helm", TimeProvider.System), _fixture.Finder(spec));
        var error = await Assert.ThrowsAsync<UserException>(() => renderer.RenderAsync(IstioVersion.Parse("1.14.2"), RevisionName.Default, [], null, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
    }

    private static YamlNode Value(Resource resource, params string[] path) => path.Aggregate((YamlNode)resource.Root, (node, key) => ((YamlMapping)node)[key]!) switch
    {
        YamlSequence { Items: [YamlMapping first] } => first.Entries[0].Value,
        var node => node,
    };

    private static string Text(Resource resource, string label) => ((YamlMapping)Value(resource, "metadata", "labels"))[label]!.ToString()!;
}
