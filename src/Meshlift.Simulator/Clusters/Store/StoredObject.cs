using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meshlift.Simulator.Clusters.Json;
using Meshlift.Simulator.Clusters.Types;

namespace Meshlift.Simulator.Clusters.Store;

/// <summary>Who an object belongs to.</summary>
/// <param name="Uid">The owner's uid.</param>
/// <param name="BlocksDeletion">True when a foreground deletion of the owner waits for the object.</param>
/// <param name="IsController">True for the one owner that manages the object.</param>
public readonly record struct OwnerLink(string Uid, bool BlocksDeletion, bool IsController);

/// <summary>An object as it is stored: its JSON in UTF-8, and what lists and watches ask about without reading it. Immutable.</summary>
public sealed class StoredObject
{
    private readonly byte[] _utf8;
    private readonly int _kindEnd;
    private readonly int _metadataStart;
    private readonly int _metadataEnd;
    private readonly string[] _fields;

    private StoredObject(ResourceType type, JsonObject json, long version, TextPool pool)
    {
        var metadata = (JsonObject)json["metadata"]!;
        Namespace = pool.Of(metadata.Text("namespace") ?? "");
        Name = metadata.Text("name") ?? "";
        Uid = metadata.Text("uid") ?? "";
        Version = version;
        Labels = [.. metadata.Pairs("labels").Select(pair => KeyValuePair.Create(pool.Of(pair.Key), pool.Of(pair.Value)))];
        Owners = [.. metadata.Items("ownerReferences").OfType<JsonObject>().Select(owner => new OwnerLink(pool.Of(owner.Text("uid") ?? ""), owner.Flag("blockOwnerDeletion"), owner.Flag("controller")))];
        IsDeleting = metadata.ContainsKey("deletionTimestamp");
        _fields = [.. type.SelectableFields.Select(path => pool.Of(path == "source" ? (json.At("source.component") ?? json["reportingComponent"]).Shown() : json.At(path).Shown()))];
        _utf8 = Serialize(type, json, out _kindEnd, out _metadataStart, out _metadataEnd);
    }

    /// <summary>The namespace; empty for objects of the cluster.</summary>
    public string Namespace { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The uid.</summary>
    public string Uid { get; }

    /// <summary>The resourceVersion.</summary>
    public long Version { get; }

    /// <summary>The labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    /// <summary>The owners.</summary>
    public IReadOnlyList<OwnerLink> Owners { get; }

    /// <summary>True when it is to go and waits for its finalizers.</summary>
    public bool IsDeleting { get; }

    /// <summary>The whole object, with <c>apiVersion</c>, <c>kind</c> and <c>metadata</c> first.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>The object without apiVersion and kind, as items of a list of Kubernetes' own types are sent: what follows the opening brace.</summary>
    internal ReadOnlySpan<byte> AfterKind => _utf8.AsSpan(_kindEnd);

    /// <summary>The value of <c>metadata</c>.</summary>
    internal ReadOnlySpan<byte> Metadata => _utf8.AsSpan(_metadataStart, _metadataEnd - _metadataStart);

    /// <summary>The object as a tree of the caller's own.</summary>
    public JsonObject ToJson() => JsonRead.Object(_utf8);

    /// <summary>The value of a label; null when there is none.</summary>
    public string? Label(string key)
    {
        foreach (var (name, value) in Labels)
            if (name == key) return value;
        return null;
    }

    /// <summary>The value of a selectable field of the type; null when it is not selectable.</summary>
    internal string? Field(ResourceType type, string path) => path switch
    {
        "metadata.name" => Name,
        "metadata.namespace" => type.IsNamespaced ? Namespace : null,
        _ => type.SelectableFields.IndexOf(path) is >= 0 and var index && index < _fields.Length ? _fields[index] : null,
    };

    /// <summary>Makes the stored form; sets resourceVersion in the tree.</summary>
    internal static StoredObject Create(ResourceType type, JsonObject json, long version, TextPool pool)
    {
        ((JsonObject)json["metadata"]!)["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new StoredObject(type, json, version, pool);
    }

    private static byte[] Serialize(ResourceType type, JsonObject json, out int kindEnd, out int metadataStart, out int metadataEnd)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var writer = new Utf8JsonWriter(buffer, JsonWrite.Options);
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, type.StoredApiVersion);
        writer.WriteString("kind"u8, type.Kind);
        kindEnd = (int)(writer.BytesCommitted + writer.BytesPending) + 1;
        writer.WritePropertyName("metadata"u8);
        metadataStart = (int)(writer.BytesCommitted + writer.BytesPending);
        JsonWrite.Write(writer, json["metadata"]);
        metadataEnd = (int)(writer.BytesCommitted + writer.BytesPending);
        foreach (var (name, value) in json)
        {
            if (name is "apiVersion" or "kind" or "metadata") continue;
            writer.WritePropertyName(name);
            JsonWrite.Write(writer, value);
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
