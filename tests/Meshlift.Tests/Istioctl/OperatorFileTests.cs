using System.Text;
using Meshlift.Adapters.Istioctl;
using Meshlift.Core;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Istioctl;

public sealed class OperatorFileTests
{
    private const string Head = "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\n";
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    private static readonly RevisionName Revision = RevisionName.Parse("1-30-3");

    [Theory]
    [InlineData(Head + "spec:\n  revision: ${revision}\n  tag: ${version}-distroless\n", Head + "spec:\n  revision: 1-30-3\n  tag: 1.30.3-distroless\n")]
    [InlineData(Head + "spec: {revision: ${revision}}\n", Head + "spec: {revision: 1-30-3}\n")]
    [InlineData(Head + "metadata: {name: a}\nspec:\n  values: {a: \"${POD} $(IP) ${version\"}\n", Head + "metadata: {name: a}\nspec:\n  values: {a: \"${POD} $(IP) ${version\"}\n")]
    [InlineData("\uFEFF" + Head, Head)]
    [InlineData("# ours\n---\n" + Head + "---\n# end\n", "---\n" + Head)]
    [InlineData("%YAML 1.1\n---\n" + Head, "%YAML 1.1\n---\n" + Head)]
    public void The_one_document_is_taken_and_filled_in(string text, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(Read(text).Document.Span));

    [Fact]
    public void Without_a_revision_its_place_is_empty()
    {
        var file = OperatorFile.Read(Encoding.UTF8.GetBytes(Head + "spec:\n  revision: ${revision}\n"), "x.yaml", Version, RevisionName.Default);
        Assert.Equal(Head + "spec:\n  revision: \n", Encoding.UTF8.GetString(file.Document.Span));
    }

    [Theory]
    [InlineData(Head + "---\n" + Head, "istio/op.yaml holds 2 documents, and istioctl takes one per file:\n  istio/op.yaml:1:1: IstioOperator\n  istio/op.yaml:4:1: IstioOperator")]
    [InlineData("apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n---\n# mesh\n" + Head, "istio/op.yaml holds 2 documents, and istioctl takes one per file:\n  istio/op.yaml:1:1: Namespace\n  istio/op.yaml:6:1: IstioOperator")]
    [InlineData("", "istio/op.yaml holds nothing")]
    [InlineData("# only this\n---\n", "istio/op.yaml holds nothing")]
    [InlineData("global: {hub: x}\n", "istio/op.yaml:1:1 holds no IstioOperator")]
    [InlineData("apiVersion: install.example.com/v1\nkind: IstioOperator\n", "istio/op.yaml:1:1 holds no IstioOperator")]
    [InlineData("- a\n", "istio/op.yaml:1:1 holds no IstioOperator")]
    [InlineData(Head + "spec: {\n", "istio/op.yaml:4:1: ")]
    [InlineData(Head + "spec:\n  hub: a\n  hub: b\n", "istio/op.yaml:5:3: ")]
    [InlineData(Head + "spec:\n  revision: 1-29-6\n", "istio/op.yaml:4:13 sets spec.revision to '1-29-6', but the revision '1-30-3' is to be rendered")]
    [InlineData(Head + "spec:\n  values:\n    revision: canary\n", "istio/op.yaml:5:15 sets spec.values.revision to 'canary', but the revision '1-30-3' is to be rendered")]
    public void Whatever_istioctl_would_refuse_or_overrule_is_named_with_its_place(string text, string message)
    {
        var error = Assert.Throws<UserException>(() => Read(text));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revision: 1-30-3")]
    [InlineData("revision: \"1-30-3\"")]
    [InlineData("revision:")]
    [InlineData("values: {revision: 1-30-3}")]
    public void The_revision_that_is_rendered_may_stand_there(string line) => Read($"{Head}spec:\n  {line}\n");

    [Fact]
    public void A_revision_where_none_is_to_be_is_refused()
    {
        var error = Assert.Throws<UserException>(() => OperatorFile.Read(Encoding.UTF8.GetBytes(Head + "spec:\n  revision: default\n"), "x.yaml", Version, RevisionName.Default));
        Assert.Contains("a control plane without a revision", error.Message, StringComparison.Ordinal);
    }

    [IstioDataFact]
    public void Every_real_file_is_read_but_those_that_istioctl_refuses()
    {
        string[] refused =
        [
            "goldens/1.30.3/input/multiple_iops.yaml", // two documents
            "operators/scenarios/legacy-in-cluster-operator/profile.yaml", // a Namespace beside it
            "operators/scenarios/two-operators-in-one-file.yaml",
        ];
        var found = IstioData.YamlFiles
            .Where(file => file.StartsWith("operators/", StringComparison.Ordinal) || file.Contains("/input/", StringComparison.Ordinal))
            .Where(file => Record.Exception(() => OperatorFile.Read(IstioData.Read(file), file, Version, RevisionOf(IstioData.Read(file)))) is not null);
        Assert.Equal(refused, found, StringComparer.Ordinal);
    }

    private static RevisionName RevisionOf(byte[] file)
    {
        var line = Encoding.UTF8.GetString(file).Split('\n').FirstOrDefault(line => line.StartsWith("  revision: ", StringComparison.Ordinal));
        return line is null ? RevisionName.Default : RevisionName.Parse(line["  revision: ".Length..].Trim().Trim('"'));
    }

    private static OperatorFile Read(string text) => OperatorFile.Read(Encoding.UTF8.GetBytes(text), "istio/op.yaml", Version, Revision);
}
