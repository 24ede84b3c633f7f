using System.Globalization;

namespace Meshlift.Core.Knowledge;

/// <summary>The Kubernetes versions that a minor of Istio supports.</summary>
/// <param name="Oldest">The second number of the oldest one: 32 for 1.32.</param>
/// <param name="Newest">The second number of the newest one; not older than <paramref name="Oldest"/>.</param>
public sealed record KubernetesRange(int Oldest, int Newest)
{
    /// <summary>Parses <c>1.32-1.36</c>.</summary>
    /// <exception cref="FormatException">The text is not such a range.</exception>
    public static KubernetesRange Parse(string text)
    {
        var ends = text.Split('-');
        return ends.Length == 2 && Minor(ends[0]) is { } oldest && Minor(ends[1]) is { } newest && oldest <= newest
            ? new KubernetesRange(oldest, newest)
            : throw new FormatException($"'{text}' is not a range of Kubernetes versions such as 1.32-1.36");
    }

    /// <summary>The range as <c>1.32-1.36</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"1.{Oldest}-1.{Newest}");

    private static int? Minor(string text) => text.StartsWith("1.", StringComparison.Ordinal) && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : null;
}

/// <summary>What is known of a minor of Istio.</summary>
/// <param name="Minor">Its second number: 30 for 1.30.</param>
/// <param name="Released">The day of its first release.</param>
/// <param name="EndOfLife">The last day of its support; null when that is not fixed yet.</param>
/// <param name="IsAbout">True when that day is a guess of Istio's own.</param>
/// <param name="Kubernetes">The Kubernetes versions that it supports.</param>
/// <param name="OldestKubernetes">The second number of the oldest Kubernetes that it installs on at all, which may be older than what is supported; null when that is not known.</param>
/// <param name="GatewayApi">The version of the Gateway API that it is made for, such as <c>v1.5.1</c>; null when that is not known.</param>
/// <param name="Source">Where this is written.</param>
public sealed record KnownMinor(int Minor, DateOnly Released, DateOnly? EndOfLife, bool IsAbout, KubernetesRange Kubernetes, int? OldestKubernetes, string? GatewayApi, string Source);
