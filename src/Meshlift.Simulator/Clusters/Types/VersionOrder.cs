using System.Globalization;
using System.Text.RegularExpressions;

namespace Meshlift.Simulator.Clusters.Types;

/// <summary>The order in which versions of a group are preferred: v2, v1, v1beta2, v1alpha1, then all others by name (k8s.io/apimachinery, pkg/version).</summary>
internal sealed partial class VersionOrder : IComparer<string?>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Rank(x ?? "").CompareTo(Rank(y ?? "")) switch
    {
        0 => string.CompareOrdinal(x, y),
        var order => order,
    };

    private static (int Kind, int Major, int Minor) Rank(string version)
    {
        var match = Known().Match(version);
        if (!match.Success) return (3, 0, 0);
        var minor = match.Groups["minor"] is { Success: true } found ? int.Parse(found.Value, CultureInfo.InvariantCulture) : 0;
        return (match.Groups["stage"].Value switch { "" => 0, "beta" => 1, _ => 2 }, -int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), -minor);
    }

    [GeneratedRegex("^v(?<major>[0-9]{1,6})((?<stage>alpha|beta)(?<minor>[0-9]{1,6}))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Known();
}
