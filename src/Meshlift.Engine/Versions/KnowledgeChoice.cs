using Meshlift.Adapters.Knowledge;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Knowledge;

namespace Meshlift.Engine.Versions;

/// <summary>Where knowledge comes from.</summary>
public enum KnowledgeOrigin
{
    /// <summary>This build of Meshlift.</summary>
    BuiltIn,
    /// <summary>The file that <c>spec.istio.knowledge</c> names.</summary>
    File,
    /// <summary>The address that <c>spec.istio.knowledge</c> names, by way of the cache.</summary>
    Fetched,
}

/// <summary>The knowledge that answers.</summary>
/// <param name="Known">What it says.</param>
/// <param name="Origin">Where it comes from.</param>
/// <param name="FetchedAt">When it was fetched; null when it was not.</param>
/// <param name="Instead">Why what <c>spec.istio.knowledge</c> names does not answer; null when it does, or names nothing.</param>
public sealed record KnowledgeInUse(ReleaseKnowledge Known, KnowledgeOrigin Origin, DateTimeOffset? FetchedAt, string? Instead);

/// <summary>Chooses the knowledge that answers: what the configuration names, unless it is older than what is built in. Nobody is asked for it but by <see cref="UpdateAsync"/>.</summary>
/// <param name="fetcher">Fetches.</param>
/// <param name="cache">Keeps what was fetched.</param>
/// <param name="time">The clock.</param>
public sealed class KnowledgeChoice(KnowledgeFetcher fetcher, KnowledgeCache cache, TimeProvider time)
{
    /// <summary>The knowledge that answers now.</summary>
    /// <param name="source">What <c>spec.istio.knowledge</c> names; null for nothing.</param>
    /// <param name="root">The folder of the configuration.</param>
    /// <exception cref="UserException">The file that is named is missing, or is something else.</exception>
    public KnowledgeInUse Current(KnowledgeSource? source, string root)
    {
        if (source?.File is { } file) return Newer(KnowledgeFetcher.Read(Path.GetFullPath(file.Value, root), file.Value).Known, KnowledgeOrigin.File, fetchedAt: null, file.Value);
        if (source?.Address is not { } address) return BuiltIn(instead: null);
        try
        {
            return cache.Read(address) is { } cached
                ? Newer(cached.Known, KnowledgeOrigin.Fetched, cached.FetchedAt, "what was fetched")
                : BuiltIn("what spec.istio.knowledge names was never fetched: run 'meshlift versions --update'");
        }
        catch (UserException e)
        {
            return BuiltIn($"{e.Message}: {e.Remedy}");
        }
    }

    /// <summary>Fetches what <c>spec.istio.knowledge</c> names. It answers from then on; when anything is wrong with it, what answered before still does.</summary>
    /// <param name="source">What is named; null for nothing.</param>
    /// <param name="root">The folder of the configuration.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The knowledge that answered before.</returns>
    /// <exception cref="UserException">No address is named, or it gives nothing that is newer.</exception>
    public async Task<KnowledgeInUse> UpdateAsync(KnowledgeSource? source, string root, CancellationToken cancel)
    {
        if (source?.File is { } file) throw new UserException(ErrorKind.Input, $"spec.istio.knowledge names {file.Value}, which is read as it is", "change that file; or name a URL to update from");
        if (source?.Address is not { } address)
            throw new UserException(ErrorKind.Input, "there is nothing to update from: spec.istio.knowledge is not set", "name the URL of a file in the form of schemas/knowledge.schema.json, or a newer Meshlift knows more");
        var before = Current(source, root);
        var fetched = await fetcher.FetchAsync(address, cancel);
        var now = time.GetUtcNow();
        // A day in hand: the clock of whoever wrote it may be ahead of this one. Further on, it would never be replaced.
        if (fetched.Known.AsOf > DateOnly.FromDateTime(now.UtcDateTime).AddDays(1))
            throw new UserException(ErrorKind.Refused, $"the knowledge of spec.istio.knowledge is of {fetched.Known.AsOf:yyyy-MM-dd}, which is in the future", "tell whoever wrote it; what was known before is still used");
        if (fetched.Known.AsOf < before.Known.AsOf)
            throw new UserException(ErrorKind.Refused, $"the knowledge of spec.istio.knowledge is of {fetched.Known.AsOf:yyyy-MM-dd}, older than that of {before.Known.AsOf:yyyy-MM-dd} which is in use", "bring that place up to date; what was known before is still used");
        cache.Keep(address, fetched, now);
        return before;
    }

    private static KnowledgeInUse Newer(ReleaseKnowledge known, KnowledgeOrigin origin, DateTimeOffset? fetchedAt, string shown) => known.AsOf < ReleaseKnowledge.BuiltIn.AsOf
        ? BuiltIn($"{shown} is of {known.AsOf:yyyy-MM-dd}, older than what is built in")
        : new KnowledgeInUse(known, origin, fetchedAt, Instead: null);

    private static KnowledgeInUse BuiltIn(string? instead) => new(ReleaseKnowledge.BuiltIn, KnowledgeOrigin.BuiltIn, FetchedAt: null, instead);
}
