using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Core.Charts;
using Meshlift.Core.Configuration;
using Meshlift.Core.Onboarding;
using Meshlift.Core.Versions;
using Meshlift.Simulator.Releases;

namespace Meshlift.Tests.Onboarding;

/// <summary>What is read from the files of a repository, and what becomes of it.</summary>
public sealed class ShapeTests
{
    [Theory]
    [InlineData("clusters/testing/istio-system/1-30-3/generated/deployment/istiod-1-30-3.yaml", "clusters/testing", "istio-system", "clusters/testing/istio-system/1-30-3")]
    [InlineData("clusters/eu/istio-system/generated/deployment/istio-system/istiod.yaml", "clusters/eu", "istio-system", "clusters/eu/istio-system")]
    [InlineData("istio/istio.yaml", ".", "istio", "istio")]
    [InlineData("istio.yaml", ".", "istio-system", "")]
    [InlineData("envs/prod/istio/istio-1.30.3/all.yaml", "envs/prod", "istio", "envs/prod/istio/istio-1.30.3")]
    [InlineData("envs/prod/mesh/all-1.30.3.yaml", "envs/prod/mesh", "istio-system", "envs/prod/mesh/all-1.30.3.yaml")]
    [InlineData("vendor/istio/1.30.3/all.yaml", "vendor", "istio", "vendor/istio/1.30.3")]
    public void The_folder_of_a_cluster_is_what_is_left_of_a_path(string path, string cluster, string folder, string own)
    {
        var place = InstallPlace.Of(path, "Deployment", "istio-system", RevisionName.Parse("1-30-3"), IstioVersion.Parse("1.30.3"));
        Assert.Equal((cluster, folder, own), (place.Cluster, place.Folder, place.Own));
    }

    [Theory]
    [InlineData("1-30-3", "1.30.3", "{major}-{minor}-{patch}")]
    [InlineData("istio130", "1.30.3", "istio{major}{minor}")]
    [InlineData("v1-30", "1.30.3", "v{major}-{minor}")]
    [InlineData("asm-1303-0", "1.30.3", "asm-{major}{minor}{patch}-0")]
    [InlineData("1-31-0-rc-0", "1.31.0-rc.0", "{major}-{minor}-{patch}")]
    [InlineData("canary", "1.30.3", "canary")]
    [InlineData("default", "1.30.3", "default")]
    [InlineData("1-29-6", "1.30.3", "1-29-6")]
    public void The_template_is_the_one_that_gives_the_name(string name, string version, string template) =>
        Assert.Equal(template, RevisionNaming.Find([(RevisionName.Parse(name), IstioVersion.Parse(version))])?.Text);

    [Fact]
    public void Names_that_no_template_gives_are_asked_for()
    {
        Assert.Null(RevisionNaming.Find([(RevisionName.Parse("blue"), IstioVersion.Parse("1.30.3")), (RevisionName.Parse("green"), IstioVersion.Parse("1.29.6"))]));
        Assert.Equal("{major}-{minor}", RevisionNaming.Find([(RevisionName.Parse("1-29"), IstioVersion.Parse("1.29.29")), (RevisionName.Parse("1-30"), IstioVersion.Parse("1.30.3"))])?.Text);
    }

    [Fact]
    public void Every_template_is_found_again_by_the_names_that_it_gives() => Prop.ForAll(
        (from template in Gen.Elements("{major}-{minor}-{patch}", "istio{major}{minor}{patch}", "r-{major}-{minor}-x", "v{major}{minor}")
         from minor in Gen.Choose(9, 40)
         from patch in Gen.Choose(0, 30)
         select (template, version: IstioVersion.Parse(FormattableString.Invariant($"1.{minor}.{patch}")))).ToArbitrary(),
        one => RevisionNaming.Find([(RevisionTemplate.Parse(one.template).For(one.version), one.version)])!.For(one.version) == RevisionTemplate.Parse(one.template).For(one.version))
        .Check(Config.QuickThrowOnFailure.WithReplay(7, 9));

    [Theory]
    [InlineData("a: {{ \"{{\" }} .Values {{ \"}}\" }}", "a: {{ .Values }}")]
    [InlineData("a: {{`{{ .Values }}`}}", "a: {{ .Values }}")]
    [InlineData("{{- /* ours */ -}}\na: 1", "a: 1")]
    [InlineData("a: {{ \"\\\"\\n\" }}", "a: \"\n")]
    [InlineData("a: 1\n{{- \" # b\" }}", "a: 1 # b")]
    [InlineData("a: {{ .Values.b }}", null)]
    [InlineData("{{ range . }}a{{ end }}", null)]
    public void Escaped_braces_are_read_as_Helm_prints_them(string template, string? plain) =>
        Assert.Equal(plain, ChartTemplate.Plain(Encoding.UTF8.GetBytes(template)) is { } text ? Encoding.UTF8.GetString(text.Span) : null);

    [Fact]
    public void A_helmfile_of_the_official_charts_names_them_with_their_values()
    {
        var shape = Read(("mesh/helmfile.yaml", """
            repositories: [{ name: istio, url: https://charts.example.com/istio }]
            releases:
              - { name: istio-base, namespace: istio-system, chart: istio/base, version: 1.30.3 }
              - { name: istiod-1-30-3, namespace: istio-system, chart: istio/istiod, version: 1.30.3, values: [values/istiod.yaml, { revision: 1-30-3, pilot: { image: proxy } }, "values/{{ .Environment.Name }}.yaml"] }
              - { name: other, chart: acme/gateway, version: 7.0.0 }
            """), ("mesh/values/istiod.yaml", "meshConfig: {}\n"));
        var draft = Draft(shape);
        Assert.Equal((Renderer.Helm, DeliveryEngine.Helmfile, "{major}-{minor}-{patch}", "https://charts.example.com/istio"), (draft.Renderer, draft.Engine, draft.Revision.Text, draft.Charts!.Source));
        Assert.Equal([IstioChart.Base, IstioChart.Istiod], draft.Charts.Charts.Select(chart => chart.Chart));
        Assert.Equal(["mesh/values/istiod.yaml", "istio/values/istiod-1-30-3.yaml"], draft.Charts.Charts[1].Values.ToArray());
        Assert.Equal("# Values of istiod-1-30-3 (chart istiod), as they stood in mesh/helmfile.yaml\npilot:\n  image: proxy\n", Encoding.UTF8.GetString(Assert.Single(draft.Files).Bytes.Span));
        Assert.Contains(draft.Findings, finding => finding.Code == "ML1052" && finding.Message.Contains("values/{{ .Environment.Name }}.yaml", StringComparison.Ordinal));
        Assert.Equal("istiod-1-30-3", Mesh(draft).Spec.Istio.Charts!.Istiod.Release);
    }

    [Fact]
    public void Applications_of_Argo_CD_name_charts_and_the_repository()
    {
        var shape = Read(
            ("apps/istiod.yaml", Application("istiod", "{ repoURL: registry.example.com/istio/charts, chart: istiod, targetRevision: 1.30.3, helm: { releaseName: istiod, values: \"pilot: { cni: { enabled: true } }\" } }")),
            ("apps/cni.yaml", Application("istio-cni", "{ repoURL: registry.example.com/istio/charts, chart: cni, targetRevision: 1.30.3, helm: { valueFiles: [$values/mesh/cni.yaml] } }")),
            ("apps/shop.yaml", Application("shop", "{ repoURL: \"https://git.example.com/acme/platform.git\", path: shop }") + "# istio\n"),
            ("mesh/cni.yaml", "cni: {}\n"));
        var draft = Draft(shape, "--cluster", "eu=clusters/eu");
        Assert.Equal((DeliveryEngine.ArgoCd, "https://git.example.com/acme/platform.git", "oci://registry.example.com/istio/charts"), (draft.Engine, draft.Repository, draft.Charts!.Source));
        Assert.Equal(["istio/values/istiod.yaml"], Mesh(draft).Spec.Istio.Charts!.Istiod.Values.Select(file => file.Value));
        Assert.Equal(["mesh/cni.yaml"], Mesh(draft).Spec.Istio.Charts!.Cni!.Values.Select(file => file.Value));
    }

    [Fact]
    public void One_operator_file_for_each_cluster_that_differ_are_told()
    {
        var shape = Read(("clusters/a-test/istio/op.yaml", Operator("replicas: 1")), ("clusters/b-prod/istio/op.yaml", Operator("replicas: 2")));
        var draft = Draft(shape, "--istio", "1.30.3", "--engine", "plain");
        Assert.Equal(["clusters/a-test/istio/op.yaml"], draft.Operators.ToArray());
        Assert.Contains(draft.Findings, finding => finding.Code == "ML1051" && finding.Message.Contains("clusters/b-prod/istio/op.yaml", StringComparison.Ordinal));
        Assert.Equal([("testing", "a-test"), ("production", "b-prod")], draft.Environments.SelectMany(environment => environment.Clusters.Select(cluster => (environment.Name, cluster.Name))));
    }

    [Fact]
    public void Operator_files_that_may_be_layers_are_asked_for_and_layered_in_the_order_of_the_answer()
    {
        var shape = Read(("istio/base.yaml", Operator("replicas: 1")), ("istio/large.yaml", Operator("replicas: 2")));
        Assert.Contains("--operator", MeshDrafting.Draft(shape, InitAnswers.None).Missing.Select(question => question.Flag));
        var draft = Draft(shape, "--istio", "1.30.3", "--engine", "plain", "--cluster", "eu=clusters/eu", "--operator", "istio/large.yaml,istio/base.yaml");
        Assert.Equal(["istio/large.yaml", "istio/base.yaml"], Mesh(draft).Spec.Istio.Operators.Select(file => file.Value));
    }

    [Fact]
    public void Charts_and_an_operator_file_leave_it_to_a_person()
    {
        var shape = Read(("op.yaml", Operator("replicas: 1")), ("clusters/eu/istio.yaml", SampleRelease.Render("1.30.3", "1-30-3")), ("apps/istiod.yaml", Application("istiod", "{ repoURL: registry.example.com/istio/charts, chart: istiod, targetRevision: 1.30.3 }")));
        var question = MeshDrafting.Draft(shape, InitAnswers.None).Missing[0];
        Assert.Equal("--renderer", question.Flag);
        foreach (var file in (string[])["op.yaml", "clusters/eu/istio.yaml", "apps/istiod.yaml"]) Assert.Contains(file, question.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true"), InlineData("it's"), InlineData("a, b"), InlineData("oci://x/{y}"), InlineData("#1"), InlineData("a: b"), InlineData("\\"), InlineData("0123"), InlineData("ä b")]
    public void Whatever_stands_in_a_draft_is_read_back_from_its_text(string odd)
    {
        var draft = Draft(Read(("op.yaml", Operator("replicas: 1"))), "--istio", "1.30.3", "--engine", "plain", "--cluster", "eu=clusters/eu") with { Program = odd };
        Assert.Equal(odd, Mesh(draft).Spec.Istio.Istioctl);
    }

    private static RepositoryShape Read(params (string Path, string Text)[] files) =>
        ShapeReader.Read(RepositoryFiles.Of("platform", files.Select(file => KeyValuePair.Create(file.Path, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text)))));

    private static MeshDraft Draft(RepositoryShape shape, params string[] answers)
    {
        var given = InitAnswers.None;
        foreach (var pair in answers.Chunk(2)) given = given.With(pair[0], pair[1]);
        var result = MeshDrafting.Draft(shape, given);
        Assert.Empty(result.Missing);
        return result.Draft!;
    }

    private static Mesh Mesh(MeshDraft draft) => MeshFile.Read(Encoding.UTF8.GetBytes(MeshDraftText.Write(draft)), "meshlift.yaml");

    private static string Operator(string setting) => $"apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {{ values: {{ {setting} }} }}\n";

    private static string Application(string name, string source) => $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: {name}, namespace: argocd }}\nspec:\n  destination: {{ namespace: istio-system, name: eu }}\n  source: {source}\n";
}
