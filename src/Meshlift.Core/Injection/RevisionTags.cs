using System.Collections.Immutable;
using Meshlift.Core.Selecting;

namespace Meshlift.Core.Injection;

/// <summary>The names that can stand in the label <c>istio.io/rev</c>: revisions, and tags that point at them.</summary>
/// <remarks>A revision claims the tags of the webhooks and of the Services that are labelled with it (istio pkg/revisions, tag_watcher.go): where the two differ, both revisions claim the tag.</remarks>
public sealed class RevisionTags
{
    private readonly SortedDictionary<string, SortedSet<string>> _tags;
    private readonly SortedSet<string> _revisions;

    private RevisionTags(SortedSet<string> revisions, SortedDictionary<string, SortedSet<string>> tags) => (_revisions, _tags) = (revisions, tags);

    /// <summary>The revisions, in ordinal order; <c>default</c> for a control plane without one.</summary>
    public IReadOnlyCollection<string> Revisions => _revisions;

    /// <summary>The tags, in ordinal order, each with what claims it: one revision, or several when its objects disagree.</summary>
    public IEnumerable<(string Tag, ImmutableArray<string> Revisions)> All => _tags.Select(tag => (tag.Key, tag.Value.ToImmutableArray()));

    internal static RevisionTags Of(IEnumerable<string> revisions, IEnumerable<(string Tag, string Revision, bool IsService)> tags)
    {
        var byTag = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        var known = new SortedSet<string>(revisions, StringComparer.Ordinal);
        foreach (var (tag, revision, _) in tags)
        {
            if (!byTag.TryGetValue(tag, out var claims)) byTag[tag] = claims = new SortedSet<string>(StringComparer.Ordinal);
            claims.Add(revision);
        }
        return new RevisionTags(known, byTag);
    }

    /// <summary>The revisions that a label asks for: none when nobody is called so.</summary>
    public ImmutableArray<string> Resolve(string label)
    {
        var claims = new SortedSet<string>(StringComparer.Ordinal);
        if (_revisions.Contains(label)) claims.Add(label);
        if (_tags.TryGetValue(label, out var tagged)) claims.UnionWith(tagged);
        return [.. claims];
    }

    /// <summary>The revisions that deploy a Gateway API gateway or a waypoint: at once when its labels or the tag change, without any restart.</summary>
    /// <remarks>The gateway's own label, else its namespace's, else <c>default</c> (istio pkg/revisions, IsMine).</remarks>
    /// <param name="gateway">The labels of the Gateway.</param>
    /// <param name="namespaceLabels">The labels of its namespace.</param>
    public ImmutableArray<string> OwnersOfGateway(Labels gateway, Labels namespaceLabels) =>
        Resolve(gateway[InjectionLabels.Revision] ?? namespaceLabels[InjectionLabels.Revision] ?? "default");
}
