using System.CommandLine;
using Meshlift.CommandLine.Commands;
using Meshlift.CommandLine.Output;
using Meshlift.Core;

namespace Meshlift.CommandLine;

/// <summary>All commands, and what becomes of their failures.</summary>
internal static class CommandTree
{
    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="settings">Where it writes.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration settings)
    {
        var root = new RootCommand("Upgrades Istio through Git: one version goes in, reviewed commits come out.")
        {
            RenderCommand.Create(),
            DemoCommand.Create(),
        };
        var parse = root.Parse(args);
        try
        {
            var code = await parse.InvokeAsync(settings);
            return parse.Errors.Count > 0 ? (int)ExitCode.Usage : code;
        }
        catch (UserException e)
        {
            ErrorText.Write(settings.Error, e);
            return (int)(e.Kind switch { ErrorKind.Input => ExitCode.Usage, ErrorKind.Refused => ExitCode.Refused, _ => ExitCode.Environment });
        }
        catch (OperationCanceledException)
        {
            await settings.Error.WriteLineAsync("interrupted; nothing is half-written");
            return (int)ExitCode.Interrupted;
        }
    }
}
