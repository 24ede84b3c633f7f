using System.CommandLine;
using System.CommandLine.Invocation;
using Meshlift.CommandLine.Commands;
using Meshlift.CommandLine.Output;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;

namespace Meshlift.CommandLine;

/// <summary>All commands, and what becomes of their failures.</summary>
internal static class CommandTree
{
    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="settings">Where it writes.</param>
    /// <param name="cancel">Interrupts it.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, InvocationConfiguration settings, CancellationToken cancel = default)
    {
        var root = new RootCommand("Upgrades Istio through Git: one version goes in, reviewed commits come out.")
        {
            InitCommand.Create(),
            RenderCommand.Create(),
            VersionsCommand.Create(),
            PatchCommand.Create(),
            TagCommand.Create(),
            DiffCommand.Create(),
            CheckCommand.Create(),
            DemoCommand.Create(),
        };
        HelpText.Install(root);
        var parse = root.Parse(args);
        try
        {
            if (args.Count == 0)
            {
                // A script whose variable is empty must not succeed.
                HelpText.Write(root, settings.Error);
                return (int)ExitCode.Usage;
            }
            return parse.Action is ParseErrorAction ? throw UsageErrors.Of(parse) : await parse.InvokeAsync(settings, cancel);
        }
        catch (UserException e)
        {
            ErrorText.Write(settings.Error, e);
            return (int)(e.Kind switch { ErrorKind.Input => ExitCode.Usage, ErrorKind.Refused => ExitCode.Refused, _ => ExitCode.Environment });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await settings.Error.WriteLineAsync("interrupted; nothing is half-written");
            return (int)ExitCode.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Adapters name the place; what gets here is mostly the output itself, such as a full disk behind a redirection.
            ErrorText.Write(settings.Error, new UserException(ErrorKind.Environment, e.Message, "see whether the disk is full and the folders are writable"));
            return (int)ExitCode.Environment;
        }
    }
}
