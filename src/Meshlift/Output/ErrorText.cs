using Meshlift.Adapters.Processes;
using Meshlift.Core;

namespace Meshlift.CommandLine.Output;

/// <summary>Errors as a person reads them: what and where, then what to do.</summary>
internal static class ErrorText
{
    public static void Write(TextWriter output, UserException error)
    {
        foreach (var line in Redaction.WithoutControls(error.Message).Split('\n')) output.WriteLine(line.StartsWith(' ') ? line : $"error: {line}");
        if (error.Remedy.Length > 0) output.WriteLine($"  help: {Redaction.WithoutControls(error.Remedy)}");
    }
}
