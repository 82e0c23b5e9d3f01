/// Free/busy of up to a hundred mailboxes.
/// https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation
struct GetUserAvailability: ExchangeOperation {
    let requestElement = "GetUserAvailabilityRequest"
    let mailboxes: Mailboxes
    /// Decides which busy types there are.
    let product: ExchangeProduct

    func answer(_ request: ExchangeRequest) async throws(SOAPFault) -> ExchangeAnswer {
        let query = try AvailabilityQuery(request.operation)
        let calendars = await mailboxes.calendars(of: query.addresses, in: query.window)
        var xml = XMLWriter()
        xml.element("m:GetUserAvailabilityResponse") { xml in
            xml.element("m:FreeBusyResponseArray") { xml in
                for calendar in calendars {
                    xml.element("m:FreeBusyResponse") { write(calendar, query, to: &$0) }
                }
            }
        }
        return .document(xml)
    }

    /// One mailbox's answer, which may be an error among successes.
    private func write(
        _ calendar: Result<VisibleCalendar, MailboxError>,
        _ query: AvailabilityQuery,
        to xml: inout XMLWriter
    ) {
        switch calendar {
        case .failure(let error):
            xml.responseMessage(error)
            // Exchange sends the view along also when it could not look.
            xml.element("m:FreeBusyView") { $0.element("t:FreeBusyViewType", [:], AvailabilityView.none.rawValue) }
        case .success(let calendar):
            xml.responseMessage()
            xml.element("m:FreeBusyView") {
                write(calendar, query, view: query.view.limited(to: calendar.granted), to: &$0)
            }
        }
    }

    /// A FreeBusyView, in the order of the schema: type, digits, events, working hours.
    private func write(
        _ calendar: VisibleCalendar,
        _ query: AvailabilityQuery,
        view: AvailabilityView,
        to xml: inout XMLWriter
    ) {
        xml.element("t:FreeBusyViewType", [:], view.rawValue)
        guard view != .none else { return }
        if view.hasMerged {
            let merged = MergedFreeBusy(window: query.window, intervalMinutes: query.mergedIntervalMinutes)
            xml.element("t:MergedFreeBusy", [:], merged.digits(of: calendar.occurrences, on: product))
        }
        if view.hasEvents, !calendar.occurrences.isEmpty {
            xml.element("t:CalendarEventArray") { xml in
                for occurrence in calendar.occurrences {
                    write(occurrence, clock: query.clock, details: view.hasDetails, to: &xml)
                }
            }
        }
        xml.element("t:WorkingHours", content: writeWorkingHours)
    }

    /// Times as the request's zone shows them, without an offset.
    private func write(_ occurrence: Occurrence, clock: RequestTimeZone, details: Bool, to xml: inout XMLWriter) {
        xml.element("t:CalendarEvent") { xml in
            xml.element("t:StartTime", [:], clock.wall(of: occurrence.start).text)
            xml.element("t:EndTime", [:], clock.wall(of: occurrence.end).text)
            xml.element("t:BusyType", [:], product.shown(occurrence.busyType).rawValue)
            guard details else { return }
            xml.element("t:CalendarEventDetails") { xml in
                xml.element("t:ID", [:], occurrence.id.utf8.map { Self.hexadecimal($0) }.joined())
                // Of a private appointment others learn when, not what or where.
                if !occurrence.isPrivate {
                    xml.element("t:Subject", [:], occurrence.subject)
                    xml.element("t:Location", [:], occurrence.location)
                }
                xml.element("t:IsMeeting", [:], String(occurrence.isMeeting))
                xml.element("t:IsRecurring", [:], String(occurrence.isRecurring))
                xml.element("t:IsException", [:], String(occurrence.isException))
                xml.element("t:IsReminderSet", [:], String(occurrence.isReminderSet))
                xml.element("t:IsPrivate", [:], String(occurrence.isPrivate))
            }
        }
    }

    /// Nine to five from Monday to Friday in UTC, for everyone.
    private func writeWorkingHours(to xml: inout XMLWriter) {
        xml.element("t:TimeZone") { xml in
            xml.element("t:Bias", [:], "0")
            for name in ["t:StandardTime", "t:DaylightTime"] {
                xml.element(name) { xml in
                    xml.element("t:Bias", [:], "0")
                    xml.element("t:Time", [:], "00:00:00")
                    xml.element("t:DayOrder", [:], "0")
                    xml.element("t:Month", [:], "0")
                    xml.element("t:DayOfWeek", [:], "Sunday")
                }
            }
        }
        xml.element("t:WorkingPeriodArray") { xml in
            xml.element("t:WorkingPeriod") { xml in
                xml.element("t:DayOfWeek", [:], "Monday Tuesday Wednesday Thursday Friday")
                xml.element("t:StartTimeInMinutes", [:], "540")
                xml.element("t:EndTimeInMinutes", [:], "1020")
            }
        }
    }

    /// Exchange's ids are hexadecimal, too.
    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
