using System.Collections.Immutable;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>Who an object belongs to.</summary>
/// <param name="ApiVersion">Such as <c>apps/v1</c>.</param>
/// <param name="Kind">Such as <c>ReplicaSet</c>.</param>
/// <param name="Name">Its name, in the same namespace or cluster-wide.</param>
/// <param name="Uid">Its identity.</param>
public readonly record struct OwnerReference(string ApiVersion, string Kind, string Name, string Uid);

/// <summary>What every object has.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; empty for what is cluster-wide.</param>
public sealed record ObjectMetadata(string Name, string Namespace)
{
    /// <summary>Its identity in time: another object of the same name has another one.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The version of this state of it; opaque.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>How often its specification changed; 0 where the API does not count.</summary>
    public long Generation { get; init; }

    /// <summary>All labels.</summary>
    public Labels Labels { get; init; } = Labels.None;

    /// <summary>The annotations that the reader was told to keep.</summary>
    public Labels Annotations { get; init; } = Labels.None;

    /// <summary>The owner that controls it; null when there is none.</summary>
    public OwnerReference? Controller { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When its deletion was asked for; null when it was not.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary>Reads a whole object for its metadata, for lists of nothing else.</summary>
    /// <param name="annotations">The annotations to keep.</param>
    public static ItemReader<ObjectMetadata> Reader(IEnumerable<string>? annotations = null)
    {
        var keep = Keep(annotations);
        return (json, strings) =>
        {
            ObjectMetadata? metadata = null;
            var cursor = new JsonCursor(json);
            for (cursor.Enter(); cursor.NextMember(out var name);)
                if (name.SequenceEqual("metadata"u8)) metadata = Read(ref cursor, strings, keep);
                else cursor.Skip();
            return metadata ?? new ObjectMetadata("", "");
        };
    }

    internal static IReadOnlySet<string> Keep(IEnumerable<string>? annotations) => (annotations ?? []).ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>Reads the value of <c>metadata</c>.</summary>
    /// <param name="cursor">Stands before it.</param>
    /// <param name="strings">The texts of the list.</param>
    /// <param name="keep">The annotations to keep.</param>
    /// <param name="isIdentified">False to leave out <see cref="Uid"/> and <see cref="ResourceVersion"/>, which no two objects share.</param>
    internal static ObjectMetadata Read(ref JsonCursor cursor, StringPool strings, IReadOnlySet<string> keep, bool isIdentified = true)
    {
        string name = "", space = "", uid = "", version = "";
        long generation = 0;
        var labels = Labels.None;
        var annotations = Labels.None;
        OwnerReference? controller = null;
        DateTimeOffset? created = null, deleted = null;
        for (cursor.Enter(); cursor.NextMember(out var member);)
        {
            if (member.SequenceEqual("name"u8)) name = cursor.Text() ?? "";
            else if (member.SequenceEqual("namespace"u8)) space = cursor.Text(strings) ?? "";
            else if (isIdentified && member.SequenceEqual("uid"u8)) uid = cursor.Text() ?? "";
            else if (isIdentified && member.SequenceEqual("resourceVersion"u8)) version = cursor.Text() ?? "";
            else if (member.SequenceEqual("generation"u8)) generation = cursor.Whole() ?? 0;
            else if (member.SequenceEqual("labels"u8)) labels = strings.Labels(cursor.Raw());
            else if (member.SequenceEqual("annotations"u8) && keep.Count > 0) annotations = strings.Labels(cursor.Raw(), keep);
            else if (member.SequenceEqual("ownerReferences"u8)) controller = Owner(ref cursor, strings);
            else if (member.SequenceEqual("creationTimestamp"u8)) created = cursor.Time();
            else if (member.SequenceEqual("deletionTimestamp"u8)) deleted = cursor.Time();
            else cursor.Skip();
        }
        return new ObjectMetadata(name, space)
        {
            Uid = uid,
            ResourceVersion = version,
            Generation = generation,
            Labels = labels,
            Annotations = annotations,
            Controller = controller,
            Created = created,
            Deleted = deleted,
        };
    }

    private static OwnerReference? Owner(ref JsonCursor cursor, StringPool strings)
    {
        OwnerReference? controller = null;
        for (cursor.Enter(); cursor.NextElement();)
        {
            string version = "", kind = "", name = "", uid = "";
            var controls = false;
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("apiVersion"u8)) version = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("kind"u8)) kind = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("name"u8)) name = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("uid"u8)) uid = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("controller"u8)) controls = cursor.Flag();
                else cursor.Skip();
            }
            if (controls) controller = new OwnerReference(version, kind, name, uid);
        }
        return controller;
    }
}
