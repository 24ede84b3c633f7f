using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>A release that was published and must never be installed.</summary>
/// <param name="Version">The release.</param>
/// <param name="Reason">Why, such as the name of a bulletin.</param>
/// <param name="Source">Where this is written.</param>
public sealed record UnusableRelease(IstioVersion Version, string Reason, string Source);

/// <summary>
/// What is known of Istio's releases: support, Kubernetes versions, bulletins, pairs that do not work, behaviour, hosts. It is data with a date, and older than what
/// it is asked about; no answer is a guess.
/// </summary>
/// <param name="AsOf">The day on which it was true.</param>
/// <param name="Minors">The minors, the oldest first, without gaps; at least one.</param>
public sealed partial record ReleaseKnowledge(DateOnly AsOf, ImmutableArray<KnownMinor> Minors)
{
    private const int DaysUntilOld = 60;

    private static readonly Lazy<ReleaseKnowledge> Own = new(ReadOwn);

    /// <summary>What this build of Meshlift knows.</summary>
    public static ReleaseKnowledge BuiltIn => Own.Value;

    /// <summary>How long a minor is supported, in words.</summary>
    public string Policy { get; init; } = "";

    /// <summary>The days on which releases were tagged, the oldest version first; not every release is in it.</summary>
    public ImmutableSortedDictionary<IstioVersion, DateOnly> TaggedOn { get; init; } = ImmutableSortedDictionary<IstioVersion, DateOnly>.Empty;

    /// <summary>Where those days are written.</summary>
    public string TaggedSource { get; init; } = "";

    /// <summary>The security bulletins; each name once.</summary>
    public ImmutableArray<Bulletin> Bulletins { get; init; } = [];

    /// <summary>The releases that must never be installed.</summary>
    public ImmutableArray<UnusableRelease> NeverInstall { get; init; } = [];

    /// <summary>Control planes and proxies that do not work together.</summary>
    public ImmutableArray<KnownPair> Pairs { get; init; } = [];

    /// <summary>What to look at before a minor.</summary>
    public ImmutableArray<Caution> Cautions { get; init; } = [];

    /// <summary>What minors do otherwise than those before.</summary>
    public ImmutableArray<BehaviourFlip> Flips { get; init; } = [];

    /// <summary>The places that Istio leaves.</summary>
    public RetiredPlaces Hosts { get; init; } = new([]);

    /// <summary>Reads <c>versions.json</c>.</summary>
    /// <exception cref="FormatException">The text has another form; the message says where.</exception>
    public static ReleaseKnowledge Read(ReadOnlyMemory<byte> utf8) => KnowledgeReader.Read(utf8);

    /// <summary>True when it is older than 60 days: about two patches of every minor, and perhaps their bulletins, are missing.</summary>
    public bool IsOld(DateOnly today) => today.DayNumber - AsOf.DayNumber > DaysUntilOld;

    /// <summary>The Kubernetes versions that a version supports; null when that is not known.</summary>
    public KubernetesRange? KubernetesOf(IstioVersion version) => Find(version.Major, version.Minor)?.Kubernetes;

    /// <summary>Whether a version still gets fixes.</summary>
    /// <remarks>A minor is supported until six weeks after the release of the second next one (istio.io, "Supported releases").</remarks>
    /// <param name="version">The version.</param>
    /// <param name="today">The day for which this is asked.</param>
    /// <param name="newest">The newest version that is published; it may be newer than what is known. Null when that is not known.</param>
    public Support SupportOf(IstioVersion version, DateOnly today, IstioVersion? newest)
    {
        if (version.IsPrerelease) return new Support(SupportState.Prerelease, null, "none: a pre-release");
        if (version.Major < 1 || (version.Major == 1 && version.Minor < Minors[0].Minor)) return new Support(SupportState.Ended, null, $"ended before {Minors[0].Released:yyyy-MM-dd}");
        if (Find(version.Major, version.Minor) is not { } minor) return new Support(SupportState.Unknown, null, $"unknown: newer than the data of {AsOf:yyyy-MM-dd}");
        var about = minor.IsAbout ? "about " : "";
        if (minor.EndOfLife is { } end) return today > end ? new Support(SupportState.Ended, end, $"ended {about}{end:yyyy-MM-dd}") : new Support(SupportState.Supported, end, $"until {about}{end:yyyy-MM-dd}");
        var after = string.Create(CultureInfo.InvariantCulture, $"1.{minor.Minor + 2}");
        return Find(1, minor.Minor + 2) is not null || (newest is not null && (newest.Major > 1 || newest.Minor >= minor.Minor + 2))
            ? new Support(SupportState.Unknown, null, $"unknown: ends 6 weeks after {after}.0, which is published")
            : new Support(SupportState.Supported, null, $"until 6 weeks after {after}.0");
    }

    private KnownMinor? Find(int major, int minor) => major == 1 ? Minors.FirstOrDefault(one => one.Minor == minor) : null;

    private static ReleaseKnowledge ReadOwn()
    {
        using var resource = typeof(ReleaseKnowledge).Assembly.GetManifestResourceStream("versions.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return Read(bytes);
    }
}
