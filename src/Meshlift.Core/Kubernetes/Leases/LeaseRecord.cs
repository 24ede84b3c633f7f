using System.Globalization;
using Meshlift.Yaml;

namespace Meshlift.Core.Kubernetes.Leases;

/// <summary>What a Lease of <c>coordination.k8s.io/v1</c> says.</summary>
/// <param name="Holder">Who holds it; empty: nobody.</param>
/// <param name="Duration">How long it is held without renewal.</param>
/// <param name="Acquired">When the holder took it; null when it does not say.</param>
/// <param name="Renewed">When the holder renewed it; null when it does not say.</param>
/// <param name="Transitions">How often it changed hands.</param>
public sealed record LeaseRecord(string Holder, TimeSpan Duration, DateTimeOffset? Acquired, DateTimeOffset? Renewed, long Transitions)
{
    /// <summary>Reads a Lease.</summary>
    /// <param name="lease">The whole object.</param>
    public static LeaseRecord Read(YamlMapping lease)
    {
        var fields = lease["spec"] as YamlMapping ?? YamlMapping.Empty;
        return new LeaseRecord(
            (fields["holderIdentity"] as YamlScalar)?.AsString ?? "",
            TimeSpan.FromSeconds(Number(fields["leaseDurationSeconds"])),
            Time(fields["acquireTime"]),
            Time(fields["renewTime"]),
            Number(fields["leaseTransitions"]));
    }

    /// <summary>A Lease that says this.</summary>
    /// <param name="lease">The object as it was read, whose other fields and resource version stay.</param>
    public YamlMapping Write(YamlMapping lease)
    {
        var fields = (lease["spec"] as YamlMapping ?? YamlMapping.Empty)
            .With("holderIdentity", Holder)
            .With("leaseDurationSeconds", YamlScalar.Integer((long)Math.Ceiling(Duration.TotalSeconds)))
            .With("leaseTransitions", YamlScalar.Integer(Transitions));
        if (Acquired is { } acquired) fields = fields.With("acquireTime", Text(acquired));
        if (Renewed is { } renewed) fields = fields.With("renewTime", Text(renewed));
        return lease.With("spec", fields);
    }

    // MicroTime of the API: six digits, no fewer.
    private static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static long Number(YamlNode? node) => long.TryParse((node as YamlScalar)?.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, int.MaxValue) : 0;

    private static DateTimeOffset? Time(YamlNode? node) =>
        DateTimeOffset.TryParse((node as YamlScalar)?.AsString, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
