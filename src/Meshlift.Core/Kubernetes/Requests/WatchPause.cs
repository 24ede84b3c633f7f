namespace Meshlift.Core.Kubernetes.Requests;

/// <summary>How long to wait before a watch is begun again.</summary>
public static class WatchPause
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The pause after a watch has ended or could not begin; the numbers are those of the API's own client (client-go, reflector).</summary>
    /// <param name="failures">How many watches in a row have failed or ended without any event; 0 after one that worked, which goes on at once.</param>
    /// <param name="asked">How long the server asks to wait; null when it does not.</param>
    /// <param name="chance">A random number from 0 up to, not including, 1.</param>
    public static TimeSpan After(int failures, TimeSpan? asked, double chance)
    {
        var own = failures == 0 ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(failures - 1, 10));
        if (own > Longest) own = Longest;
        own *= 1 + chance;
        return asked > own ? asked.Value : own;
    }
}
