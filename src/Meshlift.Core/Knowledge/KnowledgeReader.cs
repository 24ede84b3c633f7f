using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>Reads <c>versions.json</c>. Keys that are not known are left out, so that a newer file can be read; all others must have their form.</summary>
internal static class KnowledgeReader
{
    /// <summary>The form that is read. It grows when older readers would misunderstand a file, not when keys are added.</summary>
    public const int Form = 1;

    private const int Deepest = 16;

    /// <inheritdoc cref="ReleaseKnowledge.Read"/>
    public static ReleaseKnowledge Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var hasMark = utf8.Span.StartsWith("\uFEFF"u8); // editors of Windows write one
            using var json = JsonDocument.Parse(hasMark ? utf8["\uFEFF"u8.Length..] : utf8, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false });
            return Read(new KnowledgeNode(json.RootElement, ""));
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no JSON: {e.Message}", e);
        }
    }

    private static ReleaseKnowledge Read(KnowledgeNode root)
    {
        var form = root["format"].Int();
        if (form != Form) throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"format: {form} is not {Form}, which this version of Meshlift reads"));
        var knowledge = new ReleaseKnowledge(root["asOf"].Day(), Minors(root["minors"]))
        {
            Policy = root["policy"].Text(),
            TaggedOn = Patches(root["patches"]["days"]),
            TaggedSource = root["patches"]["source"].Text(),
            Bulletins = root["bulletins"].Each(Bulletin),
            NeverInstall = root["neverInstall"].Each(item => new UnusableRelease(item["version"].Version(), item["reason"].Text(), item["source"].Text())),
            Pairs = root["pairs"].Each(Pair),
            Cautions = root["cautions"].Each(item => new Caution(item["id"].Text(), item["since"].Minor(), item["when"].Text(), item["effect"].Text(), item["fix"].Text(), item["source"].Text())),
            Flips = root["flips"].Each(Flip),
            Hosts = new RetiredPlaces(root["retiredHosts"].Each(item => new RetiredHost(item["place"].Text(), item["since"].Text(), item["replacement"].Text(), item["source"].Text()))),
        };
        Unique("bulletins", knowledge.Bulletins.Select(bulletin => bulletin.Id));
        Unique("neverInstall", knowledge.NeverInstall.Select(release => release.Version.ToString()));
        Unique("pairs", knowledge.Pairs.Select(pair => pair.Id));
        Unique("cautions", knowledge.Cautions.Select(caution => caution.Id));
        Unique("retiredHosts", knowledge.Hosts.All.Select(host => host.Place));
        return knowledge;
    }

    private static ImmutableArray<KnownMinor> Minors(KnowledgeNode node)
    {
        var minors = node.Each(item => new KnownMinor(
            item["minor"].Minor(), item["released"].Day(), item.Optional("endOfLife")?.Day(), item.Optional("about")?.Flag() ?? false,
            item["kubernetes"].Kubernetes(), item.Optional("oldestKubernetes")?.Minor(), item.Optional("gatewayApi")?.Text(), item["source"].Text()));
        for (var i = 1; i < minors.Length; i++)
            if (minors[i].Minor != minors[i - 1].Minor + 1)
                throw new FormatException($"minors: 1.{minors[i].Minor} does not follow 1.{minors[i - 1].Minor}");
        return minors.IsEmpty ? throw new FormatException("minors: there is none") : minors;
    }

    private static ImmutableSortedDictionary<IstioVersion, DateOnly> Patches(KnowledgeNode node)
    {
        var days = ImmutableSortedDictionary.CreateBuilder<IstioVersion, DateOnly>();
        foreach (var (version, day) in node.Members())
            if (!days.TryAdd(day.VersionNamed(version), day.Day()))
                throw new FormatException($"patches.days: {version} stands there twice");
        return days.ToImmutable();
    }

    private static Bulletin Bulletin(KnowledgeNode item) => new(item["id"].Text(), item["published"].Day(), item["cvss"].Text(), item["affected"].Each(text => text.Text()), item["source"].Text());

    private static KnownPair Pair(KnowledgeNode item)
    {
        var kinds = item["kinds"].Each(kind => kind.Choice<ProxyKind>());
        return kinds.IsEmpty
            ? throw new FormatException($"{item.Path}.kinds: name at least one")
            : new KnownPair(item["id"].Text(), item["controlPlane"].Range(), item["dataPlane"].Range(), kinds, item.Optional("when")?.Text(), item["effect"].Text(), item["fix"].Text(), item["source"].Text());
    }

    private static BehaviourFlip Flip(KnowledgeNode item) => new(
        item["since"].Minor(), item["what"].Text(), item.Optional("setting")?.Text(), item.Optional("oldValue")?.Text(), item["byCompatibilityVersion"].Flag(), item.Optional("removedIn")?.Minor(), item["source"].Text());

    private static void Unique(string list, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
            if (!seen.Add(name)) throw new FormatException($"{list}: {name} stands there twice");
    }
}
