using System.Collections.Immutable;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>What an upgrade needs to know of a pod.</summary>
/// <param name="Metadata">Its name, labels and owner; without uid and resourceVersion, which nobody asks of a pod and which take a fifth of its memory.</param>
public sealed record PodItem(ObjectMetadata Metadata)
{
    /// <summary>The containers.</summary>
    public ImmutableArray<ContainerImage> Containers { get; init; } = [];

    /// <summary>The init containers, native sidecars among them.</summary>
    public ImmutableArray<ContainerImage> InitContainers { get; init; } = [];

    /// <summary>True when it uses the network of its node, which istiod refuses to inject.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>The node it runs on; empty while it is not placed.</summary>
    public string Node { get; init; } = "";

    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>; empty when the API says nothing.</summary>
    public string Phase { get; init; } = "";

    /// <summary>True when its condition <c>Ready</c> is.</summary>
    public bool Ready { get; init; }

    /// <summary>True for a pod that counts: one that has ended, or is about to, says nothing about the next one.</summary>
    public bool IsRunning => Metadata.Deleted is null && Phase is not ("Succeeded" or "Failed");

    /// <summary>Reads pods.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<PodItem> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = ObjectMetadata.Keep(annotations);
        return (json, strings) => Read(json, strings, keep);
    }

    private static PodItem Read(ReadOnlySpan<byte> json, StringPool strings, IReadOnlySet<string> keep)
    {
        var cursor = new JsonCursor(json);
        ImmutableArray<ContainerImage> containers = [], initial = [];
        string node = "", phase = "";
        bool hostNetwork = false, ready = false;
        var metadata = new ObjectMetadata("", "");
        for (cursor.Enter(); cursor.NextMember(out var member);)
        {
            if (member.SequenceEqual("metadata"u8)) metadata = ObjectMetadata.Read(ref cursor, strings, keep, isIdentified: false);
            else if (member.SequenceEqual("spec"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                {
                    if (field.SequenceEqual("containers"u8)) containers = ContainerImage.ReadAll(ref cursor, strings);
                    else if (field.SequenceEqual("initContainers"u8)) initial = ContainerImage.ReadAll(ref cursor, strings);
                    else if (field.SequenceEqual("hostNetwork"u8)) hostNetwork = cursor.Flag();
                    else if (field.SequenceEqual("nodeName"u8)) node = cursor.Text(strings) ?? "";
                    else cursor.Skip();
                }
            }
            else if (member.SequenceEqual("status"u8))
            {
                for (cursor.Enter(); cursor.NextMember(out var field);)
                {
                    if (field.SequenceEqual("phase"u8)) phase = cursor.Text(strings) ?? "";
                    else if (field.SequenceEqual("conditions"u8)) ready = Condition.IsTrue(ref cursor, "\"Ready\""u8);
                    else cursor.Skip();
                }
            }
            else cursor.Skip();
        }
        return new PodItem(metadata) { Containers = containers, InitContainers = initial, HostNetwork = hostNetwork, Node = node, Phase = phase, Ready = ready };
    }
}
