using System.ComponentModel;
using System.Diagnostics;

namespace Meshlift.CommandLine.Output;

/// <summary>Shows a long text page by page, as Git does.</summary>
internal static class DiffPager
{
    /// <summary>The program and its arguments; empty when the text is to be printed as it is.</summary>
    /// <remarks>
    /// <c>MESHLIFT_PAGER</c> counts before <c>PAGER</c>; an empty one and <c>cat</c> mean none. Unlike Git no shell takes it apart: words are divided by spaces.
    /// </remarks>
    /// <param name="environment">The value of a variable; null when it is not set.</param>
    public static string[] Command(Func<string, string?> environment)
    {
        var words = (environment("MESHLIFT_PAGER") ?? environment("PAGER") ?? "less").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["cat"] ? [] : words;
    }

    /// <summary>Hands a text to the pager and waits until a person has read it.</summary>
    /// <returns>False when there is no such program; nothing was shown.</returns>
    public static bool Show(string[] command, string text)
    {
        if (command is not [var program, .. var arguments]) return false;
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true };
        // As Git sets it: end by itself when all fits on the screen, show colours, leave the text on the screen.
        if (!start.Environment.ContainsKey("LESS")) start.Environment["LESS"] = "FRX";
        try
        {
            using var process = Process.Start(start);
            if (process is null) return false;
            try
            {
                process.StandardInput.Write(text);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // Closed before the end: whoever reads has seen enough.
            }
            process.WaitForExit();
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
