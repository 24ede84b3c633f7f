using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Knowledge;

/// <summary>What is known of Istio's releases: dates of support, Kubernetes versions. It is data with a date, and older than what it is asked about.</summary>
/// <param name="AsOf">The day on which it was true.</param>
/// <param name="Minors">The minors, the oldest first, without gaps.</param>
public sealed record ReleaseKnowledge(DateOnly AsOf, ImmutableArray<KnownMinor> Minors)
{
    private static readonly Lazy<ReleaseKnowledge> Own = new(ReadOwn);

    /// <summary>What this build of Meshlift knows.</summary>
    public static ReleaseKnowledge BuiltIn => Own.Value;

    /// <summary>Reads <c>versions.json</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ReleaseKnowledge Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var minors = json.RootElement.GetProperty("minors").EnumerateArray().Select(Minor).ToImmutableArray();
            for (var i = 1; i < minors.Length; i++)
                if (minors[i].Minor != minors[i - 1].Minor + 1)
                    throw new FormatException($"1.{minors[i].Minor} does not follow 1.{minors[i - 1].Minor}");
            return minors.IsEmpty ? throw new FormatException("there is no minor") : new ReleaseKnowledge(Day(json.RootElement.GetProperty("asOf")), minors);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

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

    private static KnownMinor Minor(JsonElement json)
    {
        var minor = json.GetProperty("minor").GetString()!;
        return new KnownMinor(
            minor.StartsWith("1.", StringComparison.Ordinal) && int.TryParse(minor.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"'{minor}' is not a minor of Istio"),
            Day(json.GetProperty("released")),
            json.TryGetProperty("endOfLife", out var end) ? Day(end) : null,
            json.TryGetProperty("note", out var note) && note.GetString() == "about",
            KubernetesRange.Parse(json.GetProperty("kubernetes").GetString()!),
            json.GetProperty("source").GetString()!);
    }

    private static DateOnly Day(JsonElement json) => DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ReleaseKnowledge ReadOwn()
    {
        using var resource = typeof(ReleaseKnowledge).Assembly.GetManifestResourceStream("versions.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return Read(bytes);
    }
}
