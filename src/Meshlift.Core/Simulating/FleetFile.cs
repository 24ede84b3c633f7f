using System.Collections.Immutable;
using Meshlift.Core.Configuration;
using Meshlift.Core.Configuration.Binding;

namespace Meshlift.Core.Simulating;

/// <summary>Reads the file that describes a fleet to simulate.</summary>
public static class FleetFile
{
    /// <summary>The address that the schema of the file goes by.</summary>
    public const string SchemaId = "https://meshlift.dev/schemas/v1alpha1/fleet.json";

    private const string Kind = "Fleet";
    private static readonly KindFile Form = new(Mesh.ApiVersion, Kind, "docs/simulate.md", "'meshlift simulate --example' prints a fleet file; name one, or correct apiVersion and kind");

    private static Shape<FleetSpec> Shape { get; } = Shapes.Mapping("fleet", "A fleet to simulate.", fields =>
    {
        _ = fields.Required("apiVersion", Shapes.Choice<bool>("apiVersion", new Word<bool>(Mesh.ApiVersion, true)), "the version of this form of the file");
        _ = fields.Required("kind", Shapes.Choice<bool>("kind", new Word<bool>(Kind, true)), "the kind of the file");
        _ = fields.Optional("metadata", Shapes.Mapping("metadata", "What the fleet is called.", inner => inner.Required("name", Shapes.DnsLabel, "the name of the fleet")), "what the fleet is called; for people");
        return fields.Required("spec", FleetSpec.Shape, "what the fleet is made of");
    });

    /// <summary>Reads the file. Strict: what is not known is an error, never ignored.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="fileName">What the user calls it, for messages.</param>
    /// <exception cref="UserException">Something is wrong; the message holds all of it, a line for each, as <c>file:line:column: what; what to do</c>.</exception>
    public static FleetSpec Read(ReadOnlySpan<byte> utf8, string fileName) => Form.Read(utf8, fileName, Shape).Value;

    /// <summary>The JSON Schema of the file (draft 2020-12). Always the same text.</summary>
    public static string Schema() => FileSchema.Write(SchemaId, $"{Kind} of {Mesh.ApiVersion}", (Description.Mapping)Shape.Describe());
}

/// <summary>A fleet to simulate.</summary>
/// <param name="Seed">Names, addresses and chance follow from it.</param>
/// <param name="Speed">How many seconds pass in the fleet in a real one.</param>
/// <param name="Pods">How long pods take.</param>
/// <param name="Clusters">The clusters; at least one.</param>
/// <param name="Metrics">What its Prometheus shows beside the ordinary.</param>
public sealed record FleetSpec(int Seed, int Speed, PodTimesSpec Pods, ImmutableArray<SimulatedClusterSpec> Clusters, ImmutableArray<MetricSpec> Metrics)
{
    internal static Shape<FleetSpec> Shape { get; } = Shapes.Mapping("spec", "What the fleet is made of.", fields =>
    {
        var spec = new FleetSpec(
            fields.Optional("seed", Shapes.Integer(0), "1", "names, addresses and chance follow from it"),
            fields.Optional("speed", Shapes.Integer(1, 10_000), "1", "how many seconds pass in the fleet in a real one"),
            fields.Section("pods", PodTimesSpec.Shape, "how long pods take, by the fleet's clock"),
            fields.Required("clusters", Shapes.NonEmptyList(SimulatedClusterSpec.Shape), "the clusters, at least one"),
            fields.List("metrics", MetricSpec.Shape, "what its Prometheus shows beside the ordinary"));
        fields.Unique("cluster", "clusters[*].name");
        return spec;
    });
}

/// <summary>How long pods take.</summary>
/// <param name="Start">From the node to running containers.</param>
/// <param name="Ready">From there to ready ones.</param>
/// <param name="Stop">From the deletion to the end.</param>
/// <param name="Work">From ready containers of a Job's pod to its end.</param>
public sealed record PodTimesSpec(TimeSpan Start, TimeSpan Ready, TimeSpan Stop, TimeSpan Work)
{
    internal static Shape<PodTimesSpec> Shape { get; } = Shapes.Mapping("pod times", "How long pods take, by the fleet's clock.", fields => new PodTimesSpec(
        fields.Optional("start", Shapes.Duration, "2s", "from the node to running containers"),
        fields.Optional("ready", Shapes.Duration, "8s", "from running containers to ready ones"),
        fields.Optional("stop", Shapes.Duration, "2s", "from the deletion to the end; never longer than a pod's grace period"),
        fields.Optional("work", Shapes.Duration, "20s", "from ready containers of a Job's pod to its end")));
}
