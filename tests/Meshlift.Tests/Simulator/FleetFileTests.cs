using Meshlift.CommandLine.Commands;
using Meshlift.Core;
using Meshlift.Core.Simulating;
using Meshlift.Tests.CommandLine;
using Meshlift.Tests.Configuration;
using Meshlift.Yaml;

namespace Meshlift.Tests.Simulator;

/// <summary>The file that describes a fleet.</summary>
public sealed class FleetFileTests
{
    private const string Head = "apiVersion: meshlift.dev/v1alpha1\nkind: Fleet\nspec:\n";

    [Fact]
    public void The_example_is_a_fleet_and_fits_the_published_schema()
    {
        var text = System.Text.Encoding.UTF8.GetBytes(SimulateCommand.Example());
        var fleet = FleetFile.Read(text, "fleet.yaml");
        Assert.Equal(["testing", "eu", "us"], fleet.Clusters.Select(cluster => cluster.Name));
        Assert.Empty(new JsonSchemaValidator(PublishedSchema.Read("fleet")).Validate(YamlReader.Read(text)!));
    }

    [Fact]
    public void The_checked_in_schema_is_the_generated_one() => SchemaTests.CheckedIn("schemas/fleet.schema.json", FleetFile.Schema());

    [Theory]
    [InlineData("", "fleet.yaml:1:1: the file is empty")]
    [InlineData("apiVersion: meshlift.dev/v1alpha1\nkind: Mesh\n", "fleet.yaml:1:13: this is a 'Mesh' of 'meshlift.dev/v1alpha1', not a Fleet")]
    [InlineData(Head + "  clusters: []\n", "fleet.yaml:4:13: spec.clusters needs at least one item")]
    [InlineData(Head + "  clusters: [{name: eu}, {name: eu}]\n", "fleet.yaml:4:33: cluster 'eu' is there already")]
    [InlineData(Head + "  clusters: [{name: eu, nods: 3}]\n", "unknown key 'nods'")]
    [InlineData(Head + "  clusters: [{name: eu, kubernetes: latest}]\n", "'latest' is no version of Kubernetes")]
    [InlineData(Head + "  speed: 0\n  clusters: [{name: eu}]\n", "spec.speed must be a whole number from 1 to 10000")]
    [InlineData(Head + "  clusters: [{name: eu, failures: [{fate: dies}]}]\n", "must be unschedulable, image-pull, crash or never-ready")]
    [InlineData(Head + "  clusters: [{name: eu, faults: [{refuse: 429, slow: 2s}]}]\n", "can hold only one of refuse, slow, silent, cut, expire")]
    [InlineData(Head + "  clusters: [{name: eu, git: {repository: r}}]\n", "needs the key 'paths'")]
    public void What_is_wrong_is_told_with_its_place(string text, string message)
    {
        var error = Assert.Throws<UserException>(() => FleetFile.Read(System.Text.Encoding.UTF8.GetBytes(text), "fleet.yaml"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
