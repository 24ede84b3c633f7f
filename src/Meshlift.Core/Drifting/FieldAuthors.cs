using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Meshlift.Core.Diffing;
using Meshlift.Core.Kubernetes.Items;
using Meshlift.Yaml;

namespace Meshlift.Core.Drifting;

/// <summary>Who wrote which fields of an object (<c>metadata.managedFields</c>, in the form <c>FieldsV1</c>).</summary>
public sealed class FieldAuthors
{
    /// <summary>Under which a dry run is made of what nobody has applied yet: it owns nothing, so that it takes nothing away.</summary>
    public const string Nobody = "meshlift-drift";

    // Whoever delivers from Git, the most particular first. Meshlift's own manager is not among them: what it applies is a restart.
    private static readonly string[] Deliverers = ["kustomize-controller", "helm-controller", "argocd-controller", "helm", "kubectl"];

    private readonly ImmutableArray<(FieldAuthor Author, YamlMapping Fields)> _entries;

    private FieldAuthors(ImmutableArray<(FieldAuthor, YamlMapping)> entries) => _entries = entries;

    /// <summary>Reads the account of a live object; what is not understood in it is nobody's.</summary>
    public static FieldAuthors Of(YamlMapping live) => new(
    [
        .. (((live["metadata"] as YamlMapping)?["managedFields"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>()
            .Where(entry => Text(entry, "subresource") != "status" && entry["fieldsV1"] is YamlMapping)
            .Select(entry => (new FieldAuthor(Text(entry, "manager"), Text(entry, "operation"), Time(Text(entry, "time"))), (YamlMapping)entry["fieldsV1"]!)),
    ]);

    /// <summary>The field manager of whoever applies the object from Git; <see cref="Nobody"/> when nobody is known to.</summary>
    public string Deliverer => Deliverers.FirstOrDefault(name => _entries.Any(entry => entry.Author.Manager == name && entry.Author.Operation == "Apply")) ?? Nobody;

    /// <summary>Who wrote a field last; null when nobody is noted for it.</summary>
    /// <param name="path">The field; the places before are those in <paramref name="live"/>.</param>
    /// <param name="live">The live object, or the part of it in which the path was found.</param>
    internal FieldAuthor? Of(DiffPath path, YamlNode live) =>
        _entries.Where(entry => Owns(entry.Fields, path.Steps, live)).Select(entry => entry.Author).MaxBy(author => author.Time ?? DateTimeOffset.MinValue);

    private static bool Owns(YamlMapping fields, ImmutableArray<DiffStep> steps, YamlNode? node)
    {
        foreach (var step in steps)
        {
            // A leaf is owned with all that is below it.
            if (fields.Entries.IsEmpty || step is DiffStep.Document or DiffStep.Lines) return true;
            YamlNode? next;
            (next, node) = step switch
            {
                DiffStep.Key(var name) => (fields["f:" + name], (node as YamlMapping)?[name]),
                DiffStep.Item { Before: { } place } when node is YamlSequence list && place < list.Items.Length => (Item(fields, list.Items[place]), list.Items[place]),
                _ => (null, null),
            };
            if (next is not YamlMapping below) return false;
            fields = below;
        }
        return true;
    }

    /// <summary>The entry of a list's item: <c>k:{"name":"discovery"}</c> by its keys, <c>v:"GET"</c> by its value.</summary>
    private static YamlNode? Item(YamlMapping fields, YamlNode item) => fields.Entries.FirstOrDefault(entry => entry.Key[..Math.Min(2, entry.Key.Length)] switch
    {
        "k:" => item is YamlMapping mapping && Read(entry.Key[2..]) is YamlMapping keys && Matches(keys, mapping),
        "v:" => Read(entry.Key[2..]) is { } value && YamlEquality.Instance.Equals(value, item),
        _ => false,
    }).Value;

    /// <summary>True when the keys that the item has are the same; a default that Git does not write (<c>protocol</c>) may be absent.</summary>
    private static bool Matches(YamlMapping keys, YamlMapping item) =>
        keys.Entries.Any(key => item[key.Key] is not null) && keys.Entries.All(key => item[key.Key] is not { } value || YamlEquality.Instance.Equals(key.Value, value));

    private static YamlNode? Read(string json)
    {
        try
        {
            return JsonNodes.Read(Encoding.UTF8.GetBytes(json));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(YamlMapping entry, string key) => (entry[key] as YamlScalar)?.AsString ?? "";

    private static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
